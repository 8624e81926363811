"""No page leads Dafu to where nobody sent it: this machine, its network, or another site."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.fetching.addresses import Site as Named
from app.fetching.addresses import join, name_of, read_address, read_list, site_of
from app.fetching.polite import PoliteClient, Trust
from app.fetching.reach import CheckedTransport, Reach
from app.fetching.types import Refused, Unreached
from corpus.errors import InputError
from tests.test_fetching import MANNERS, Time, fetch, reasons, statuses
from tests.webs import Given, Site, new_list, new_page, serve_site


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[Site, Site]]:
    with serve_site({}) as site, serve_site({}) as other:
        yield site, other


SITE = Named("www.qinghe.example")


def reach(*numbers: str, intranet: bool = False, named: Named = SITE) -> Reach:
    return Reach([named], intranet, lambda host: numbers)


@pytest.mark.parametrize("number", ["114.114.114.114", "2400:3200::1"])
def test_the_public_net_may_be_reached(number: str) -> None:
    assert reach(number).number_of("http://www.qinghe.example/a") == number


@pytest.mark.parametrize(
    "number",
    [
        *("127.0.0.1", "127.9.9.9", "0.0.0.0", "169.254.169.254", "::1", "fe80::1%eth0", "::"),
        *("::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "240.0.0.1"),
    ],
)
def test_a_name_never_leads_to_this_machine(number: str) -> None:
    for intranet in (False, True):
        with pytest.raises(Refused):
            reach(number, intranet=intranet).number_of("http://www.qinghe.example/")


@pytest.mark.parametrize(
    "number", ["10.1.2.3", "172.16.0.1", "192.168.1.1", "fd00::1", "100.64.0.1", "::ffff:10.0.0.1"]
)
def test_a_name_leads_into_the_office_where_that_is_said(number: str) -> None:
    address = "http://www.qinghe.example/"
    with pytest.raises(Refused, match="--intranet"):
        reach(number).number_of(address)
    assert reach(number, intranet=True).number_of(address) == number
    with pytest.raises(Refused, match="没有点名"):
        reach(number, intranet=True, named=Named("another.example")).number_of(address)


def test_one_bad_number_of_several_is_enough() -> None:
    with pytest.raises(Refused):
        reach("114.114.114.114", "127.0.0.1").number_of("http://www.qinghe.example/")


def test_a_name_means_the_same_for_a_whole_run() -> None:
    answers = iter([["114.114.114.114"], ["127.0.0.1"]])
    rebound = Reach([SITE], resolve=lambda host: next(answers))
    assert {rebound.number_of("http://www.qinghe.example/") for _ in range(3)} == {
        "114.114.114.114"
    }


def test_what_was_named_by_number_may_be_reached_at_that_port_alone() -> None:
    named = Reach([Named("127.0.0.1", 8080)], resolve=lambda host: [host])
    assert named.number_of("http://127.0.0.1:8080/") == "127.0.0.1"
    for address in ("http://127.0.0.1:8081/", "http://127.0.0.1/", "http://10.0.0.1:8080/"):
        with pytest.raises(Refused):
            named.number_of(address)


def test_a_name_that_means_nothing_is_told() -> None:
    with pytest.raises(Unreached, match="域名"):
        reach().number_of("http://www.qinghe.example/")


def test_redirects_and_links_stay_on_the_site(servers: tuple[Site, Site], tmp_path: Path) -> None:
    site, other = servers
    other.routes.update({"/secret.html": "<p>内部", "/a/3000.html": new_page(3, "泵站改造")})
    attached = f'<p><a href="{other.at("/b.docx")}">附件.docx</a></p>'
    site.routes.update(
        {
            "/a/1000.html": Given("", 302, {"Location": other.at("/secret.html")}),
            "/a/2000.html": Given("", 302, {"Location": "http://169.254.169.254/latest/"}),
            "/a/4000.html": Given("", 302, {"Location": "file:///etc/passwd"}),
            "/a/5000.html": Given("", 302, {"Location": "/a/5000.html"}),
            "/a/6000.html": new_page(6, "泵站改造", attached),
            "/l/": new_list(
                {other.at("/a/3000.html"): "关于泵站改造的答复", "/a/6000.html": "关于泵站的答复"}
            ),
        }
    )
    paths = [f"/a/{n}000.html" for n in (1, 2, 4, 5)]
    report = fetch(tmp_path, *map(site.at, paths))
    assert list(statuses(report).values()) == ["refused", "refused", "refused", "failed"]
    assert reasons(report)["/a/4000.html"] == "转到了不是网页的地方"
    report = fetch(tmp_path, site.at("/l/"), index=True)
    assert statuses(report) == {"/a/6000.html": "new", "/b.docx": "refused"}
    assert "--also" in (reasons(report)["/b.docx"] or "")
    assert other.asked == []


def test_even_a_named_site_is_asked_by_the_number_that_was_checked(
    servers: tuple[Site, Site],
) -> None:
    site, _ = servers
    site.routes["/a.html"] = new_page(1, "泵站改造")
    port = site_of(site.address).port
    named = Named("files.qinghe.example", port)
    with (
        PoliteClient(
            Trust(frozenset([named])),
            MANNERS,
            clock=Time().clock,
            reach=reach("127.0.0.1", named=named),
        ) as client,
        pytest.raises(Refused, match="本机"),
    ):
        client.get(f"http://files.qinghe.example:{port}/a.html")


class Anywhere(Reach):
    """Takes every name for this machine's."""

    def number_of(self, address: str) -> str:
        return "127.0.0.1"


def certify(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """Make a certificate that signs itself; return its file, and what serves by it."""
    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    day = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(day - timedelta(days=1))
        .not_valid_after(day + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    public, private = folder / "ca.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, private)
    return public, context


def test_certificates_are_checked_for_the_name_that_was_asked_for(tmp_path: Path) -> None:
    ca, context = certify(tmp_path, "www.qinghe.example")
    manners = replace(MANNERS, attempts=1)
    with serve_site({"/a.html": "<p>甲"}, context) as site:
        port = site_of(site.address).port

        def get(name: str, ca: Path | None) -> int:
            address = f"https://{name}:{port}/a.html"
            trust = Trust.of([address], ca=ca)
            with PoliteClient(trust, manners, clock=Time().clock, reach=Anywhere([])) as client:
                return client.get(address).status

        assert get("www.qinghe.example", ca) == 200
        with pytest.raises(Unreached, match="--ca"):
            get("www.qinghe.example", None)
        with pytest.raises(Unreached, match="证书"):
            get("www.another.example", ca)


def test_a_certificate_file_that_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    with pytest.raises(InputError, match="PEM"):
        CheckedTransport(reach("114.114.114.114"), tmp_path / "ca.pem")


# Addresses


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("www.qinghe.example", "http://www.qinghe.example"),
        (" HTTPS://WWW.qinghe.example/a b#top ", "https://www.qinghe.example/a%20b"),
        ("http://政务.example/提案", "http://xn--zfr164b.example/%E6%8F%90%E6%A1%88"),
        ("qinghe.example:8080/a", "http://qinghe.example:8080/a"),
        ("http://q.example/a;jsessionid=7F?x=1", "http://q.example/a?x=1"),
    ],
)
def test_addresses_are_read(written: str, read: str) -> None:
    assert read_address(written) == read


@pytest.mark.parametrize(
    "written",
    ["", "ftp://q.example/", "javascript:alert(1)", "http://u:p@q.example/", "http://", "/etc/a"],
)
def test_what_is_no_address_is_told(written: str) -> None:
    with pytest.raises(InputError, match="网址读不懂"):
        read_address(written)


def test_links_that_lead_to_no_page_are_none() -> None:
    base = "http://q.example/zw/index.html"
    assert join(base, "../a/1.html") == "http://q.example/a/1.html"
    assert join(base, "//f.example/2.html") == "http://f.example/2.html"
    for link in (
        "javascript:;",
        "mailto:a@b.cn",
        "tel:1",
        "http://[",
        "x" * 3000,
        "data:text/html,",
    ):
        assert join(base, link) is None


def test_names_of_files_are_safe_and_of_one_address() -> None:
    names = {
        name_of(address)
        for address in (
            *("http://q.example/", "http://q.example/a/../b.html", "http://q.example/b.html?id=1"),
            *("http://q.example/%2e%2e%2fetc%2fpasswd", "http://q.example/" + "长" * 300),
        )
    }
    assert len(names) == 5
    assert all(len(name) < 60 and not set(name) & set('/\\:*?"<>|.') for name in names)


def test_a_list_of_addresses(tmp_path: Path) -> None:
    path = tmp_path / "网址.txt"
    path.write_text("# 去年的\nhttp://q.example/1\n\n  q.example/2\n", encoding="utf-8-sig")
    assert read_list(path) == ["http://q.example/1", "http://q.example/2"]
    path.write_text("http://q.example/1\nmailto:x\n", encoding="gb18030")
    with pytest.raises(InputError, match="第 2 行"):
        read_list(path)
    with pytest.raises(InputError, match="打不开"):
        read_list(tmp_path / "none.txt")

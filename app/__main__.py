"""The entry point: `python -m app`, and `dafu` where it is installed."""

from app.running.installed import require_own_packages


def main() -> None:
    """Make sure that the packages are Dafu's own, and run the command line."""
    require_own_packages()
    from app.cli import main as run

    run()


if __name__ == "__main__":
    main()

"""Fit the confidence on questions whose reply is there, kept away, or lacks what is asked for.

    python -m eval.training.confidence --data DIR
    python -m eval.training.confidence --data DIR --encoded
    python -m eval.training.confidence --data DIR --read

write `index/answers/confidence.json`, `confidence-encoded.json`, which judges where there is an
encoder, and `confidence-read.json`, where there is a reader as well, and print how well the
evidence tells right answers from others. Questions are the plain ones that are held, the titles and
messages of the board's held-out training rows, and those of CMRC 2018 but for the first 1,500. Fit
it anew whenever a model, the fusion or the choice of quotes has changed.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

from eval.training.examples import OF_THE_ANSWER, Case, EvidenceExample, collect_examples
from eval.training.fusion import LogisticFit, regress
from index.answers.confidence import (
    CONFIDENCE_FILE,
    ENCODED_EVIDENCE,
    EVIDENCE,
    READ_EVIDENCE,
    Confidence,
)
from index.learned import Regression, encoded_file, name_coefficients, read_file, save_regression
from index.models.choice import Models
from index.models.static import BUNDLED_MODEL, StaticEmbedder

ELSEWHERE = -2.0
"""The coefficient of `elsewhere`, set by hand as in the fusion: these replies name no district."""

NUMBER = -1.7
"""That of `number` where there is a reader, as fitted without one on 2,060 questions of reading
sets: few plain questions name a number, and who takes 21路 for 62路 must not be sure."""

SHARES = {Case.THERE: 1 / 2, Case.AWAY: 1 / 3, Case.CUT: 1 / 6}
"""How much the cases weigh in each set. The more the last one does, the fewer answers are given,
right ones too: with 1/4, of the sample questions with an answer 68 % are answered in place of 72,
and 93 % of the answers shown supported in place of 92."""

FOLDS = 5


def learned(evidence: Sequence[str]) -> tuple[str, ...]:
    """Return the evidence whose coefficients are fitted."""
    return tuple(name for name in evidence if name != "elsewhere")


def fit(
    sets: Mapping[str, Sequence[EvidenceExample]], evidence: Sequence[str] = EVIDENCE
) -> Regression:
    """Return the confidence's coefficients, and what they were fitted on."""
    names = learned(evidence)
    intercept, coefficients = fit_alike(sets.values(), names)
    found = dict(zip(names, coefficients, strict=True)) | {"elsewhere": ELSEWHERE}
    if evidence == READ_EVIDENCE:
        found["number"] = NUMBER
    asked = {name: sum(e.case is Case.THERE for e in each) for name, each in sets.items()}
    return Regression(
        name_coefficients(evidence, [found[name] for name in evidence]),
        round(intercept, 4),
        fitted_on=", ".join(f"{count} questions of {name}" for name, count in asked.items()),
        model=StaticEmbedder(BUNDLED_MODEL).name,
    )


def fit_alike(sets: Iterable[Sequence[EvidenceExample]], evidence: Sequence[str]) -> LogisticFit:
    """Fit over some of the evidence, over sets that weigh alike, however many examples each has."""
    examples: list[EvidenceExample] = []
    weights: list[float] = []
    for each in sets:
        counts = Counter(example.case for example in each)
        absent = sum(SHARES[case] for case in counts if case is not Case.THERE)
        for example in each:
            share = SHARES[example.case] / (1 if example.case is Case.THERE else 2 * absent)
            weights.append(1000 * share / counts[example.case])
        examples.extend(each)
    return regress(
        [_values(example, evidence) for example in examples],
        [example.right for example in examples],
        weights,
    )


def estimate(
    sets: Mapping[str, Sequence[EvidenceExample]], evidence: Sequence[str]
) -> dict[str, list[float]]:
    """Return the confidence in each example, by coefficients fitted on other questions."""
    found = {name: [0.0] * len(each) for name, each in sets.items()}
    for fold in range(FOLDS):
        seen = [[e for e in each if _fold(e) != fold] for each in sets.values()]
        confidence = Confidence(*fit_alike(seen, evidence))
        for name, each in sets.items():
            for place, example in enumerate(each):
                if _fold(example) == fold:
                    found[name][place] = confidence.estimate(_values(example, evidence))
    return found


def measure(examples: Sequence[EvidenceExample], confidence: Sequence[float]) -> dict[Case, float]:
    """Return the chance that a right answer has more confidence than another (AUROC).

    For what was quoted where the reply had been kept away, and where its answer had been cut out,
    each beside what was quoted with the reply there; left out where all are right, or none.
    """
    from sklearn.metrics import roc_auc_score

    found: dict[Case, float] = {}
    for case in (Case.AWAY, Case.CUT):
        cases = {Case.THERE, case}
        among = [place for place, e in enumerate(examples) if e.case in cases]
        right = [examples[place].right for place in among]
        if case in {e.case for e in examples} and any(right) and not all(right):
            found[case] = float(roc_auc_score(right, [confidence[place] for place in among]))
    return found


def _values(example: EvidenceExample, evidence: Sequence[str]) -> list[float]:
    found = dict(zip(READ_EVIDENCE, example.evidence, strict=True))
    return [found[name] for name in evidence]


def _fold(example: EvidenceExample) -> int:
    # Ten at a time: neighbours are asked of one document.
    return example.question // 10 % FOLDS


def main() -> None:
    """Fit, write the confidence file, and print what each piece of evidence is worth."""
    parser = argparse.ArgumentParser(description="Fit the confidence.")
    parser.add_argument("--data", type=Path, required=True, help="data folder, see the model card")
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--encoded", action="store_true", help="fit what judges with an encoder")
    how.add_argument("--read", action="store_true", help="fit what judges with a reader as well")
    parser.add_argument("--out", type=Path, default=None)
    options = parser.parse_args()
    models, out = Models("bundled", "off"), CONFIDENCE_FILE
    names: tuple[str, ...] = EVIDENCE
    if options.encoded:
        models = Models("bundled", "at-once", reader=False)
        names, out = ENCODED_EVIDENCE, encoded_file(CONFIDENCE_FILE)
    elif options.read:
        models = Models("bundled", "at-once")
        names, out = READ_EVIDENCE, read_file(CONFIDENCE_FILE)
    sets = collect_examples(options.data, models)
    print(save_regression(fit(sets, names), options.out or out), end="")
    for left_out in ("", *learned(names)):
        evidence = [name for name in learned(names) if name != left_out]
        print(f"without {left_out or 'none'}")
        for name, confidence in estimate(sets, evidence).items():
            aurocs = (f"{case} {v:.3f}" for case, v in measure(sets[name], confidence).items())
            where = _where(left_out, sets[name], confidence)
            print(f"  {name:10s} AUROC {'  '.join(aurocs)}  {where}")


def _where(evidence: str, examples: Sequence[EvidenceExample], confidence: Sequence[float]) -> str:
    """Say how often what a piece of evidence speaks against is right, and how sure it is.

    These concern few questions, and so show in no mean.
    """
    if evidence not in OF_THE_ANSWER:
        return ""
    against = [place for place, e in enumerate(examples) if _values(e, [evidence])[0] > 0]
    if not against:
        return "concerns none"
    right = fmean(examples[place].right for place in against)
    sure = fmean(confidence[place] for place in against)
    return f"concerns {len(against)}: {right:.0%} right, mean confidence {sure:.2f}"


if __name__ == "__main__":
    main()

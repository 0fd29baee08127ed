"""The report on models drawn at random is what its results give, and the drawing repeats itself."""

from __future__ import annotations

import json

import random_models
from draw import draw
from random_models import HERE, OUTCOMES, SEEDS


def results() -> list[dict[str, object]]:
    loaded: list[dict[str, object]] = json.loads((HERE / "random-models.json").read_text(encoding="utf-8"))
    return loaded


def test_the_report_is_what_the_results_give() -> None:
    assert (HERE / "random-models.md").read_text(encoding="utf-8") == random_models.report(results())


def test_every_result_is_of_a_model_of_the_list_and_has_a_known_outcome() -> None:
    assert {result["seed"] for result in results()} <= set(SEEDS)
    assert {result["outcome"] for result in results()} <= set(OUTCOMES)


def test_a_number_draws_the_same_model_every_time() -> None:
    for seed in (1, 7, 42):
        first, second = draw(seed), draw(seed)
        assert first[0].model.SerializeToString() == second[0].model.SerializeToString()
        assert [sorted(sample) for sample in first[1]] == [sorted(sample) for sample in second[1]]


def test_the_results_are_of_the_models_that_the_numbers_draw() -> None:
    for result in results():
        if "operators" in result:
            case, _ = draw(int(str(result["seed"])))
            assert result["operators"] == sorted({node.op_type for node in case.nodes})

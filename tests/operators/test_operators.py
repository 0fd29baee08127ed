"""docs/operators.md and the SDK's table are what was probed, and a sample of it is probed again."""

from __future__ import annotations

import sys

import onnx
import probe
import pytest
import render
import table
from cases import CASES

#: Of each kind one or two: works, differs, refused while reading, refused while proving, what to write instead.
SAMPLE = (
    "Add: broadcast",
    "AveragePool: pads",
    "Cast: float to BOOL, positive halves",
    "Cast: float to INT64, negative halves",
    "Celu: alpha=0.5",
    "Equal: two inputs, ties among them",
    "Gelu: instead: x · (1 + Erf(x / √2)) / 2",
    "If: the condition is an input",
    "Log: at 0",
    "MatMul: a NaN among the weights",
    "MaxPool: pads",
    "Mish: usual values",
    "Pow: exponent -1",
    "Round: halves",
    "Softmax: axis=-1",
    "Trilu: upper=0, square",
)

BY_KEY = {case.key: case for case in CASES}


def test_the_page_is_what_the_results_give() -> None:
    content = table.load()
    assert render.PAGE.read_text(encoding="utf-8") == render.page(content, table.lines(content))


def test_the_sdks_table_is_what_the_results_give() -> None:
    content = table.load()
    assert render.MODULE.read_text(encoding="utf-8") == render.module(content, table.lines(content))


def test_the_results_are_those_of_the_cases_as_written() -> None:
    assert sorted(map(probe.key_of, table.load()["results"])) == sorted(BY_KEY)


def test_no_two_cases_have_one_name() -> None:
    assert len(BY_KEY) == len(CASES)


def test_every_operator_that_onnx_defines_has_a_line() -> None:
    defined = {f"{schema.domain}.{schema.name}".lstrip(".") for schema in onnx.defs.get_all_schemas()}
    assert defined - {line.name for line in table.lines(table.load())} == set()


def test_every_operator_that_differs_says_how_and_what_to_do() -> None:
    silent = [line.name for line in table.lines(table.load()) if line.status != "works" and not line.advice]
    assert silent == []


def test_what_is_advised_works_where_it_was_tried() -> None:
    tried = [result for result in table.load()["results"] if result.get("instead")]
    assert len(tried) > 30
    assert [probe.key_of(result) for result in tried if result["outcome"] != "works"] == []


@pytest.mark.skipif(sys.platform != "linux", reason="the probe reads processor times from /proc")
@pytest.mark.parametrize("key", SAMPLE)
def test_a_case_probed_again_says_the_same(key: str) -> None:
    committed = {probe.key_of(result): result for result in table.load()["results"]}
    assert probe.probe(BY_KEY[key]) == committed[key]

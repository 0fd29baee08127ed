"""ai.onnx.ml: what skl2onnx makes of scikit-learn's models."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from case import Case, case, f32, i64, mixed

_ML = "ai.onnx.ml"
_X = mixed(1, 3)

#: A tree of one decision, x[0] <= 0.5, for one class or target.
_TREE: dict[str, Any] = {
    "nodes_featureids": [0, 0, 0],
    "nodes_values": [0.5, 0.0, 0.0],
    "nodes_modes": ["BRANCH_LEQ", "LEAF", "LEAF"],
    "nodes_treeids": [0, 0, 0],
    "nodes_nodeids": [0, 1, 2],
    "nodes_truenodeids": [1, 0, 0],
    "nodes_falsenodeids": [2, 0, 0],
    "nodes_hitrates": [1.0, 1.0, 1.0],
    "nodes_missing_value_tracks_true": [0, 0, 0],
}


def linear() -> Iterator[Case]:
    yield case(f"{_ML}.LinearRegressor", "usual", _X, coefficients=[0.5, -1.0, 2.0], intercepts=[0.25])
    yield case(
        f"{_ML}.LinearRegressor",
        "two targets",
        _X,
        coefficients=[0.5, -1.0, 2.0, 1.0, 1.0, 1.0],
        intercepts=[0.25, 0.0],
        targets=2,
    )
    two = {"coefficients": [0.5, -1.0, 2.0, -0.5, 1.0, -2.0], "intercepts": [0.25, -0.25], "classlabels_ints": [0, 1]}
    for after in ("NONE", "LOGISTIC", "SOFTMAX"):
        for keep, label in (([0], "label"), ([1], "scores"), ([0, 1], "label and scores")):
            yield case(
                f"{_ML}.LinearClassifier", f"{after}, {label}", _X, outputs=2, keep=keep, post_transform=after, **two
            )
    yield case(f"{_ML}.Scaler", "usual", _X, offset=[0.5, 0.0, -1.0], scale=[2.0, 0.5, 1.0])
    for norm in ("MAX", "L1", "L2"):
        yield case(f"{_ML}.Normalizer", norm, _X, norm=norm)
    yield case(f"{_ML}.Binarizer", "usual", f32([-1, 0.5, 1]), threshold=0.5)
    yield case(f"{_ML}.Imputer", "usual", _X, imputed_value_floats=[1.0], replaced_value_float=0.0)
    yield case(f"{_ML}.FeatureVectorizer", "usual", _X, inputdimensions=[3])
    yield case(f"{_ML}.OneHotEncoder", "usual", i64([[0, 2]]), cats_int64s=[0, 1, 2])


def trees() -> Iterator[Case]:
    leaves = {
        "target_treeids": [0, 0],
        "target_nodeids": [1, 2],
        "target_ids": [0, 0],
        "target_weights": [1.0, -2.0],
        "n_targets": 1,
    }
    yield case(f"{_ML}.TreeEnsembleRegressor", "usual", _X, **_TREE, **leaves)
    classes = {
        "class_treeids": [0, 0],
        "class_nodeids": [1, 2],
        "class_ids": [0, 1],
        "class_weights": [1.0, 1.0],
        "classlabels_int64s": [0, 1],
    }
    for keep, label in (([0], "label"), ([1], "scores"), ([0, 1], "label and scores")):
        yield case(
            f"{_ML}.TreeEnsembleClassifier", label, _X, outputs=2, keep=keep, post_transform="NONE", **_TREE, **classes
        )
    kernel = {"kernel_type": "LINEAR", "kernel_params": [0.0, 0.0, 0.0]}
    yield case(
        f"{_ML}.SVMRegressor",
        "usual",
        _X,
        coefficients=[1.0, -1.0],
        support_vectors=[1.0, 2.0, 3.0, 0.0, 1.0, 0.5],
        n_supports=2,
        rho=[0.5],
        **kernel,
    )
    yield case(
        f"{_ML}.SVMClassifier",
        "usual",
        _X,
        outputs=2,
        coefficients=[1.0, -1.0],
        support_vectors=[1.0, 2.0, 3.0, 0.0, 1.0, 0.5],
        vectors_per_class=[1, 1],
        rho=[0.5],
        classlabels_ints=[0, 1],
        **kernel,
    )


def labels() -> Iterator[Case]:
    yield case(f"{_ML}.LabelEncoder", "int64 to float", i64([[1, 2]]), keys_int64s=[1, 2], values_floats=[0.5, 1.5])
    yield case(f"{_ML}.CategoryMapper", "int64 to string", i64([[1, 2]]), cats_int64s=[1, 2], cats_strings=["a", "b"])
    yield case(f"{_ML}.ZipMap", "usual", _X, classlabels_int64s=[0, 1, 2])
    yield case(f"{_ML}.CastMap", "usual", _X)
    yield case(f"{_ML}.DictVectorizer", "usual", _X, int64_vocabulary=[0, 1])
    yield case(f"{_ML}.TreeEnsemble", "usual", _X)


def all_cases() -> Iterator[Case]:
    for part in (linear, trees, labels):
        yield from part()

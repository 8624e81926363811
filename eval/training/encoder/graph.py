"""A graph for ONNX Runtime, node by node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from index.models.onnx import IDS, MASK

OPSET = 18

CONTRIBUTED = "com.microsoft"
"""The domain of operators that ONNX Runtime alone has."""

_MIDDLE = 128
"""The zero of inputs, which are uint8: ONNX Runtime multiplies uint8 with int8 fastest."""

_LARGEST = 127


class Graph:
    """Nodes and constants of a model that reads something of tokens, and a mask of which there are.

    What adds a node returns the name of its output.
    """

    def __init__(self, epsilon: float) -> None:
        """Begin a graph.

        :param epsilon: what layer normalisation adds to a variance.
        """
        self._epsilon = epsilon
        self._nodes: list[Any] = []
        self._constants: list[Any] = []
        self._mask = self.cast(MASK, np.int32)

    def keep(self, value: NDArray[Any] | np.generic) -> str:
        """Add a constant."""
        from onnx import numpy_helper

        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(value), name))
        return name

    def whole(self, *values: int) -> str:
        """Add a constant of whole numbers, int64 (values,)."""
        return self.keep(np.array(values, np.int64))

    def add(self, kind: str, *inputs: str, domain: str = "", **attributes: Any) -> str:
        """Add a node of one output."""
        return self._add(kind, inputs, 1, domain, attributes)[0]

    def name(self, x: str, name: str) -> None:
        """Give an output its name."""
        from onnx import helper

        self._nodes.append(helper.make_node("Identity", [x], [name]))

    def cast(self, x: str, to: DTypeLike) -> str:
        """Make values of another type."""
        from onnx import helper

        return self.add("Cast", x, to=helper.np_dtype_to_tensor_dtype(np.dtype(to)))

    def split(self, x: str, count: int) -> list[str]:
        """Cut the last of three dimensions into equal parts."""
        return self._add("Split", (x,), count, "", {"axis": 2, "num_outputs": count})

    def normalise(self, x: str, scale: NDArray[np.float32], bias: NDArray[np.float32]) -> str:
        """Add layer normalisation (Ba et al., 2016)."""
        kept = self.keep(scale), self.keep(bias)
        return self.add("LayerNormalization", x, *kept, epsilon=self._epsilon)

    def gelu(self, x: str) -> str:
        """Add the exact GELU (Hendrycks and Gimpel, 2016)."""
        return self.add("Gelu", x, domain=CONTRIBUTED)

    def attend(self, asked: list[str], heads: int) -> str:
        """Add attention of queries to keys and values, all float32 (n, m, hidden)."""
        inputs = (*asked, "", self._mask)
        return self.add("MultiHeadAttention", *inputs, domain=CONTRIBUTED, num_heads=heads)

    def multiply(
        self,
        x: str,
        weights: NDArray[np.int8],
        scales: NDArray[np.float32],
        biases: NDArray[np.float32],
    ) -> str:
        """Add a linear layer whose inputs are rounded by the largest of their token.

        :param weights: int8 (inputs, outputs), to be multiplied by `scales`, (outputs,).
        """
        one, middle = self.keep(np.float32(1)), self.keep(np.uint8(_MIDDLE))
        largest = self.add("ReduceMax", self.add("Abs", x), self.whole(-1), keepdims=1)
        step = self.add("Mul", largest, self.keep(np.float32(1 / _LARGEST)))
        rounded = self.add("QuantizeLinear", self.add("Div", x, step), one, middle)
        scaled = self.keep(scales.astype(np.float32))
        inputs = (rounded, self.keep(weights), one, scaled, middle, self.keep(np.int8(0)))
        product = self.add("MatMulIntegerToFloat", *inputs, domain=CONTRIBUTED)
        return self.add("Add", self.add("Mul", product, step), self.keep(biases))

    def finish(self, reads: str, hidden: int, outputs: Mapping[str, Sequence[str | int]]) -> bytes:
        """Return the whole model.

        :param reads: `IDS` or `STATES`, beside the mask.
        :param hidden: components of a state.
        :param outputs: the shapes of what was named, all float32.
        """
        from onnx import TensorProto, helper

        real, whole = TensorProto.FLOAT, TensorProto.INT64
        tokens = ["texts", "tokens"]
        read = (whole, tokens) if reads == IDS else (real, [*tokens, hidden])
        graph = helper.make_graph(
            self._nodes,
            "transformer",
            [
                helper.make_tensor_value_info(reads, *read),
                helper.make_tensor_value_info(MASK, whole, tokens),
            ],
            [
                helper.make_tensor_value_info(name, real, list(shape))
                for name, shape in outputs.items()
            ],
            self._constants,
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(CONTRIBUTED, 1)]
        model = helper.make_model(graph, opset_imports=opsets, ir_version=10)
        written: bytes = model.SerializeToString()
        return written

    def _add(
        self, kind: str, inputs: tuple[str, ...], outputs: int, domain: str, attributes: Any
    ) -> list[str]:
        from onnx import helper

        names = [f"n{len(self._nodes)}.{output}" for output in range(outputs)]
        self._nodes.append(helper.make_node(kind, inputs, names, domain=domain, **attributes))
        return names

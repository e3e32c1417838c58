"""Packs boosted trees as src/engine/models/url-forest.ts reads them."""

import struct

LEAF = 255


def packed(model) -> tuple[bytes, dict]:
    trees = [trees[0].nodes for trees in model._predictors]
    content = b"".join(b"".join(branch(nodes, 0)) for nodes in trees)
    return content, {"trees": len(trees), "base": round(float(model._baseline_prediction.ravel()[0]), 6)}


def branch(nodes, at: int) -> list[bytes]:
    """The node, what lies below its limit, and then the rest."""
    node = nodes[at]
    if node["is_leaf"]:
        return [struct.pack("<BBHf", LEAF, 0, 0, node["value"])]
    left, right = branch(nodes, node["left"]), branch(nodes, node["right"])
    return [struct.pack("<BBHf", node["feature_idx"], 1 + len(left), 0, node["num_threshold"]), *left, *right]

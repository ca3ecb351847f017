"""What an ONNX file asks of whoever runs it."""

from latentd.bundle.graph.demand import MAX_OPERATIONS, MAX_VALUES, RULES, Demand, check_graph, demand

__all__ = ["MAX_OPERATIONS", "MAX_VALUES", "RULES", "Demand", "check_graph", "demand"]

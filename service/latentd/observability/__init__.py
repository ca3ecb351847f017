"""What is told of the service to those who run it: logs, metrics, statistics, traces."""

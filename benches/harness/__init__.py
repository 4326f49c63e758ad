"""The benchmark harness: it starts servers, runs peers side by side on the same work, and judges the figures."""

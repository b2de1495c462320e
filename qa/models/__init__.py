"""The neural models: encoders on the CPU, the embedder and the evidence reader."""

"""Looks at files whose sender nobody knows, each in a process of its own with little time, memory and nothing else."""

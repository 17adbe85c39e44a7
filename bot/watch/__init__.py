"""What whoever runs Laurel can watch: figures for Prometheus, a dashboard, and alerts."""

"""What freelancers can download about their own earnings, read into dated sums: bytes in, figures out."""

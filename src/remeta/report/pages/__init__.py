"""What people read: a report for each paper."""

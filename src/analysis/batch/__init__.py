"""Many reports in one go: one per plan, on this machine or on a cluster, and a page that compares the places."""

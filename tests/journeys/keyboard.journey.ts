// Taken: being written.

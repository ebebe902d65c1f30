"""What a constraint promises, said where it is relied on. Knows no model."""


def promised[T](value: T | None) -> T:
    """Return a value of a nullable column that a constraint, or the state of the row, promises is there.

    Raises ValueError where it is missing: then the promise is broken, and a page or mail would say nonsense.
    """
    if value is None:
        raise ValueError("A value that the state of its row promises is missing.")
    return value

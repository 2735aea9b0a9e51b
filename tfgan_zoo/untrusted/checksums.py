"""CRC-32C of bytes, which Python does not have."""

from __future__ import annotations

import functools

import numpy as np

_POLYNOMIAL = 0x82F63B78  # reflected
_ALL_ONES = 0xFFFFFFFF
_INITIAL_BYTES = 4
# Bytes that one register takes; there are as many registers as it needs.
_ROWS = 512


def masked(content: bytes) -> int:
    """Returns the CRC-32C of bytes, masked as TensorFlow stores it."""
    value = _checksum(content)
    return ((value >> 15 | value << 17) + 0xA282EAD8) & _ALL_ONES


def _checksum(content: bytes) -> int:
    """Computes many parts side by side, and joins them.

    The checksum is linear: that of two parts is that of the first, moved on by
    as many zeros as the second is long, plus that of the second. So equal
    parts are run through registers in rows, then joined pair by pair.
    """
    table = _table()
    # To begin with ones is to invert the first four bytes.
    head = content[:_INITIAL_BYTES].ljust(_INITIAL_BYTES, b"\0")
    first = int.from_bytes(head, "little") ^ _ALL_ONES
    if len(content) < _INITIAL_BYTES:
        value = _ALL_ONES
        for byte in content:
            value = int(table[(value ^ byte) & 0xFF]) ^ value >> 8
        return value ^ _ALL_ONES
    lanes = 1 << max(0, (len(content) - 1) // _ROWS).bit_length()
    rows = -(-len(content) // lanes)
    # Zeros before the first byte change nothing.
    data = np.zeros(lanes * rows, np.uint8)
    data[len(data) - len(content) :] = np.frombuffer(content, np.uint8)
    start = len(data) - len(content)
    data[start : start + _INITIAL_BYTES] = np.frombuffer(
        first.to_bytes(_INITIAL_BYTES, "little"), np.uint8
    )
    registers = np.zeros(lanes, np.uint32)
    # What a row of zeros does to each bit of a register.
    moved = np.uint32(1) << np.arange(32, dtype=np.uint32)
    for row in np.ascontiguousarray(data.reshape(lanes, rows).T):
        registers = table[(registers ^ row) & 0xFF] ^ registers >> 8
        moved = table[moved & 0xFF] ^ moved >> 8
    while len(registers) > 1:
        registers = _move(registers[::2], moved) ^ registers[1::2]
        moved = _move(moved, moved)
    return int(registers[0]) ^ _ALL_ONES


def _move(registers: np.ndarray, moved: np.ndarray) -> np.ndarray:
    """Applies what is done to each bit, to all bits of registers."""
    result = np.zeros_like(registers)
    for bit, column in enumerate(moved):
        result ^= (registers >> np.uint32(bit) & 1) * column
    return result


@functools.lru_cache(maxsize=1)
def _table() -> np.ndarray:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        odd = (table & 1).astype(bool)
        table = table >> np.uint32(1)
        table[odd] ^= np.uint32(_POLYNOMIAL)
    return table

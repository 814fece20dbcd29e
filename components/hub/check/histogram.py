# A cell of the check: each of the two workers counts the bytes of half of the file by their values, and the sum must be the notebook's own.
def _counted(part):
    counts = [0] * 256
    for byte in part:
        counts[byte] += 1
    return counts


_halves = zip(asked()[:2], (contents[::2], contents[1::2]))
_futures = [client.submit(_counted, half, workers=[address], pure=False) for address, half in _halves]
histogram = [sum(counts) for counts in zip(*client.gather(_futures))]
if histogram != _counted(contents):
    raise RuntimeError(f"the workers counted {sum(histogram)} bytes of {len(contents)}, or other ones")

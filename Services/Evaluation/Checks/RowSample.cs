namespace LlmOps.Evaluation;

/// <summary>A uniform sample of the rows of a stream (Vitter's algorithm R), the same for the same seed. A row that is drawn takes a slot; fields keep its values there.
/// When the kept texts outgrow the memory meant for them, half of the slots are given up at random.</summary>
internal sealed class RowSample(int capacity, int seed, bool whole)
{
    private const long MostCharacters = 48 * 1024 * 1024;

    private readonly Random random = new(seed);
    private int capacity = whole ? int.MaxValue : capacity;
    private long rows;
    private long characters;

    /// <summary>The line of each slot's row.</summary>
    internal List<long> Lines { get; } = [];

    /// <summary>Every row has a slot.</summary>
    internal bool IsWhole => rows == Lines.Count;

    /// <summary>The slot of the next row, or −1 when it is not drawn.</summary>
    internal int Slot(long line)
    {
        rows++;
        if (Lines.Count < capacity)
        {
            Lines.Add(line);
            return Lines.Count - 1;
        }
        var slot = random.NextInt64(rows);
        if (slot >= capacity)
            return -1;
        Lines[(int)slot] = line;
        return (int)slot;
    }

    /// <summary>Counts a kept text in, or one that made room for it out (negative).</summary>
    internal void Hold(int length) => characters += length;

    /// <summary>To be called between rows.</summary>
    /// <param name="keep">Told the slots that stay, in their new order.</param>
    internal void Settle(Action<int[]> keep)
    {
        if (whole || characters <= MostCharacters || Lines.Count < 2)
            return;
        var order = Enumerable.Range(0, Lines.Count).ToArray();
        random.Shuffle(order);
        var stay = order[..(order.Length / 2)];
        var lines = stay.Select(slot => Lines[slot]).ToList();
        Lines.Clear();
        Lines.AddRange(lines);
        (capacity, characters) = (stay.Length, 0);
        keep(stay);
    }
}

using System.Runtime.InteropServices;
using System.Text.Json;

namespace LlmOps.Evaluation;

/// <summary>What is known of one field over all rows of a stream: kinds of values, categories, numbers, and the texts of the sampled rows.</summary>
internal sealed class FieldProfile(string path, RowSample sample)
{
    internal const int MostCategories = 2000;
    private const int MostNumbers = 1_000_000; // of one field; beyond, a uniform sample of them

    private readonly Dictionary<ulong, Category> categories = [];
    private readonly Random random = new(1);
    private double mean;
    private double squares;
    private double scale = 1;

    internal string Path => path;
    internal long Strings { get; private set; }
    internal long Numbers { get; private set; }
    internal long Bools { get; private set; }
    internal long Lists { get; private set; }
    internal long Objects { get; private set; }
    internal long Blanks { get; private set; }
    internal long Words { get; private set; }
    internal long Timestamps { get; private set; }
    internal long Capitals { get; private set; }
    internal long Untrimmed { get; private set; }
    internal bool Counting { get; private set; } = true;
    internal double Min { get; private set; } = double.PositiveInfinity;
    internal double Max { get; private set; } = double.NegativeInfinity;
    internal List<double> Values { get; } = [];
    internal List<string?> Texts { get; } = [];
    internal List<double> Sampled { get; } = [];

    /// <summary>Each number was larger than the one before, as a row counter's are.</summary>
    internal bool Rising { get; private set; } = true;

    /// <summary>Values that are neither null nor blank.</summary>
    internal long Present => Strings + Numbers + Bools + Lists + Objects;

    internal double Mean => mean * scale;
    internal double Deviation => Numbers > 1 ? Math.Sqrt(Math.Max(0, squares / (Numbers - 1))) * scale : 0;

    /// <summary>Rows of each value; empty where there are more than <see cref="MostCategories"/>.</summary>
    internal IReadOnlyDictionary<string, long> Categories =>
        Counting ? categories.Values.GroupBy(category => category.Name).ToDictionary(same => same.Key, same => same.Sum(category => category.Count)) : new Dictionary<string, long>();

    internal void Add(JsonElement value, int slot)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                AddText(value, slot);
                break;
            case JsonValueKind.Number:
                Count(JsonMarshal.GetRawUtf8Value(value), value);
                AddNumber(value.GetDouble(), slot);
                break;
            case JsonValueKind.True or JsonValueKind.False:
                Bools++;
                Count(JsonMarshal.GetRawUtf8Value(value), value);
                break;
            case JsonValueKind.Array:
                Lists++;
                break;
            case JsonValueKind.Object:
                Objects++;
                break;
        }
    }

    /// <summary>Forgets what a slot held before its new row is read.</summary>
    internal void Clear(int slot)
    {
        if (slot < Texts.Count && Texts[slot] is { } old)
        {
            sample.Hold(-old.Length);
            Texts[slot] = null;
        }
        if (slot < Sampled.Count)
            Sampled[slot] = double.NaN;
    }

    internal void Keep(int[] slots)
    {
        var texts = slots.Select(slot => slot < Texts.Count ? Texts[slot] : null).ToList();
        Texts.Clear();
        Texts.AddRange(texts);
        sample.Hold(texts.Sum(text => text?.Length ?? 0));
        var numbers = slots.Select(slot => slot < Sampled.Count ? Sampled[slot] : double.NaN).ToList();
        Sampled.Clear();
        Sampled.AddRange(numbers);
    }

    private void AddText(JsonElement value, int slot)
    {
        var raw = JsonMarshal.GetRawUtf8Value(value)[1..^1];
        if (raw.IndexOfAnyExcept(" \t"u8) < 0)
        {
            Blanks++;
            return;
        }
        Strings++;
        Words += raw.Count((byte)' ') + 1;
        if (char.IsAsciiDigit((char)raw[0]) && raw.Length is >= 10 and <= 40 && (value.TryGetDateTimeOffset(out _) || value.TryGetDateTime(out _)))
            Timestamps++;
        if (raw.IndexOfAnyInRange((byte)'A', (byte)'Z') >= 0)
            Capitals++;
        if (raw[0] is (byte)' ' || raw[^1] is (byte)' ')
            Untrimmed++;
        Count(raw, value);
        if (slot < 0)
            return;
        while (Texts.Count <= slot)
            Texts.Add(null);
        Texts[slot] = value.GetString();
        sample.Hold(Texts[slot]!.Length);
    }

    private void AddNumber(double number, int slot)
    {
        if (!double.IsFinite(number))
            return; // a violation of the row, not a value
        Rising &= number > Max;
        (Min, Max) = (Math.Min(Min, number), Math.Max(Max, number));
        Numbers++;
        Average(number);
        if (Values.Count < MostNumbers)
            Values.Add(number);
        else if (random.NextInt64(Numbers) is var at && at < MostNumbers)
            Values[(int)at] = number;
        if (slot >= 0)
        {
            while (Sampled.Count <= slot)
                Sampled.Add(double.NaN);
            Sampled[slot] = number;
        }
    }

    /// <summary>Welford (1962), on values scaled by a power of two where their squares would overflow.</summary>
    private void Average(double number)
    {
        if (Math.Abs(number) / scale > 1e150)
        {
            const double down = 1.0 / (1L << 62);
            for (; Math.Abs(number) / scale > 1e150; scale /= down)
                (mean, squares) = (mean * down, squares * down * down);
        }
        var value = number / scale;
        var off = value - mean;
        mean += off / Numbers;
        squares += off * (value - mean);
    }

    private void Count(ReadOnlySpan<byte> raw, JsonElement value)
    {
        if (!Counting)
            return;
        ref var category = ref CollectionsMarshal.GetValueRefOrAddDefault(categories, Hashing.Of(raw), out var known);
        category ??= new Category(value.ToString());
        category.Count++;
        if (known || categories.Count <= MostCategories)
            return;
        Counting = false;
        categories.Clear();
    }

    private sealed class Category(string name)
    {
        internal string Name => name;
        internal long Count { get; set; }
    }
}

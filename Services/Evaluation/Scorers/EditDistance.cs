using System.Numerics;
using System.Runtime.InteropServices;

namespace LlmOps.Evaluation;

/// <summary>Edit distance and longest common subsequence of two sequences, 64 cells of the table at a time: long answers cost milliseconds, not minutes.</summary>
internal static class EditDistance
{
    /// <summary>Insertions, deletions and substitutions (Levenshtein 1966), by Hyyrö's block form of Myers' bit vectors (2003).</summary>
    internal static int Levenshtein<T>(IReadOnlyList<T> a, IReadOnlyList<T> b) where T : notnull
    {
        if (a.Count == 0 || b.Count == 0)
            return Math.Max(a.Count, b.Count);
        var places = Places(a);
        var (positive, negative) = (new ulong[Blocks(a)], new ulong[Blocks(a)]);
        Array.Fill(positive, ulong.MaxValue);
        var last = 1UL << ((a.Count - 1) & 63);
        var distance = a.Count;
        foreach (var symbol in b)
        {
            var at = places.GetValueOrDefault(symbol);
            var (up, down) = (1UL, 0UL); // the row above the table rises by one each column
            for (var block = 0; block < positive.Length; block++)
            {
                var (vp, vn) = (positive[block], negative[block]);
                var equal = (at?[block] ?? 0) | down;
                var diagonal = (((equal & vp) + vp) ^ vp) | equal | vn;
                var (hp, hn) = (vn | ~(diagonal | vp), diagonal & vp);
                if (block == positive.Length - 1)
                    distance += (hp & last) != 0 ? 1 : (hn & last) != 0 ? -1 : 0;
                (hp, up) = ((hp << 1) | up, hp >> 63);
                (hn, down) = ((hn << 1) | down, hn >> 63);
                positive[block] = hn | ~(diagonal | hp);
                negative[block] = hp & diagonal;
            }
        }
        return distance;
    }

    /// <summary>Length of the longest common subsequence, by Hyyrö's bit vectors (2004).</summary>
    internal static int CommonSubsequence<T>(IReadOnlyList<T> a, IReadOnlyList<T> b) where T : notnull
    {
        var places = Places(a);
        var state = new ulong[Blocks(a)];
        Array.Fill(state, ulong.MaxValue);
        foreach (var symbol in b)
        {
            if (!places.TryGetValue(symbol, out var at))
                continue;
            var carry = 0UL;
            for (var block = 0; block < state.Length; block++)
            {
                var matched = state[block] & at[block];
                var sum = (UInt128)state[block] + matched + carry;
                carry = (ulong)(sum >> 64);
                state[block] = (ulong)sum | (state[block] - matched);
            }
        }
        return state.Sum(block => BitOperations.PopCount(~block));
    }

    private static int Blocks<T>(IReadOnlyList<T> a) => (a.Count + 63) / 64;

    /// <summary>Per symbol, a bit for each place of <paramref name="a"/> where it stands.</summary>
    private static Dictionary<T, ulong[]> Places<T>(IReadOnlyList<T> a) where T : notnull
    {
        var places = new Dictionary<T, ulong[]>();
        for (var i = 0; i < a.Count; i++)
        {
            ref var bits = ref CollectionsMarshal.GetValueRefOrAddDefault(places, a[i], out _);
            (bits ??= new ulong[Blocks(a)])[i / 64] |= 1UL << (i & 63);
        }
        return places;
    }
}

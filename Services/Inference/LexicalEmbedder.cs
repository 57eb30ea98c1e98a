using System.Runtime.InteropServices;

namespace LlmOps.Inference;

/// <summary><c>embedded/lexical-384</c>: words, word pairs and letter n-grams of a text, each thrown by a fixed hash on a few of 384 dimensions.
/// No corpus statistics and no state: the same text has the same vector on every machine, and an edit changes only its own chunk's.</summary>
public static class LexicalEmbedder
{
    public const string Name = "embedded/lexical-384";
    public const int Dimensions = 384;

    private const int Spread = 4; // dimensions a feature touches: more of them, fewer lucky collisions
    private const int LongestWord = 64; // letters of a word that are looked at
    private const float FunctionWordWeight = 0.15f;
    private const float PairWeight = 0.3f;
    private const float GramWeight = 0.25f; // of a word's own weight
    private const int UsualGrams = 5;       // a longer word has more of them, each weighing less
    private const ulong OffsetBasis = 14695981039346656037; // FNV-1a, 64 bits: Fowler, Noll, Vo
    private const ulong Prime = 1099511628211;

    /// <summary>Changes whenever the numbers change.</summary>
    public const string Fingerprint = "lexical-384/1";

    /// <summary>A vector of length 1, or all zeros for a text without a letter or digit.</summary>
    public static float[] Embed(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var features = new Dictionary<ulong, float>();
        Span<char> word = stackalloc char[LongestWord + 2];
        var previous = 0UL;
        for (var at = 0; at < text.Length;)
        {
            if (!char.IsLetterOrDigit(text[at]))
            {
                at++;
                continue;
            }
            var length = 0;
            word[length++] = '^';
            for (; at < text.Length && char.IsLetterOrDigit(text[at]); at++)
            {
                if (length <= LongestWord)
                    word[length++] = char.ToLowerInvariant(text[at]);
            }
            word[length++] = '$';
            previous = Add(features, word[..length], previous);
        }
        return Project(features);
    }

    public static IReadOnlyList<float[]> Embed(IReadOnlyList<string> texts) => [.. texts.Select(Embed)];

    /// <summary>Counts the features of one word; answers its hash, for the pair with the next.</summary>
    private static ulong Add(Dictionary<ulong, float> features, ReadOnlySpan<char> word, ulong previous)
    {
        var plain = word[1..^1];
        var stem = plain.Length > 3 && plain[^1] == 's' && plain[^2] != 's' ? plain[..^1] : plain;
        var hash = Hash(stem, 'w');
        if (IsFunctionWord(plain))
        {
            Count(features, hash, FunctionWordWeight);
            return previous; // pairs reach over function words
        }
        var weight = Weight(plain);
        Count(features, hash, weight);
        if (previous != 0)
            Count(features, (previous * 31) ^ hash, PairWeight);
        for (var size = 3; size <= 5; size++)
        {
            for (var start = 0; start + size <= word.Length; start++)
                Count(features, Hash(word.Slice(start, size), 'g'), GramWeight * weight * UsualGrams / Math.Max(UsualGrams, word.Length));
        }
        return hash;
    }

    /// <summary>Long words and numbers are rare in any corpus: what stands in for the statistics that are not kept.</summary>
    private static float Weight(ReadOnlySpan<char> word) => Math.Min(2.2f, 0.1f + (0.2f * word.Length)) + (char.IsDigit(word[0]) ? 0.5f : 0f);

    private static void Count(Dictionary<ulong, float> features, ulong feature, float weight) =>
        CollectionsMarshal.GetValueRefOrAddDefault(features, feature, out _) += weight;

    /// <summary>A weight above 1 counts as its root: the tenth "pool" says less than the first.</summary>
    private static float[] Project(Dictionary<ulong, float> features)
    {
        var sums = new double[Dimensions];
        foreach (var (feature, count) in features.OrderBy(feature => feature.Key)) // a fixed order of addition gives the same last bit everywhere
        {
            var bits = Mix(feature);
            var weight = count > 1 ? Math.Sqrt(count) : count;
            for (var i = 0; i < Spread; i++)
            {
                var part = (uint)(bits >> (16 * i)) & 0xffff;
                sums[(part >> 1) % Dimensions] += (part & 1) == 0 ? weight : -weight;
            }
        }
        var length = Math.Sqrt(sums.Sum(sum => sum * sum));
        return [.. sums.Select(sum => length == 0 ? 0f : (float)(sum / length))];
    }

    private static ulong Hash(ReadOnlySpan<char> text, char kind)
    {
        var hash = (OffsetBasis ^ kind) * Prime;
        foreach (var c in text)
            hash = (hash ^ c) * Prime;
        return hash;
    }

    /// <summary>The finaliser of SplitMix64 (Steele, Lea, Flood 2014): spreads every bit of the hash over all 64.</summary>
    private static ulong Mix(ulong value)
    {
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }

    private static bool IsFunctionWord(ReadOnlySpan<char> word) => word is
        "a" or "an" or "and" or "are" or "as" or "at" or "be" or "been" or "but" or "by" or "can" or "could" or "did" or "do" or "does" or "for" or "from"
        or "had" or "has" or "have" or "he" or "her" or "his" or "how" or "i" or "if" or "in" or "is" or "it" or "its" or "me" or "my" or "no" or "not"
        or "of" or "on" or "or" or "our" or "s" or "she" or "should" or "so" or "t" or "than" or "that" or "the" or "their" or "them" or "then" or "there"
        or "these" or "they" or "this" or "to" or "was" or "we" or "were" or "what" or "when" or "where" or "which" or "who" or "why" or "will" or "with"
        or "would" or "you" or "your";
}

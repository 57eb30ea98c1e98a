using System.Runtime.InteropServices;

namespace LlmOps.Retrieval;

/// <summary>Where each term occurs in the chunks of one segment, and how long the chunks are in terms.</summary>
internal sealed class Postings(int[] lengths, Dictionary<string, Posting[]> terms)
{
    public int[] Lengths { get; } = lengths;
    public long TotalLength { get; } = lengths.Sum(length => (long)length);
    public IReadOnlyDictionary<string, Posting[]> All => terms;

    public ReadOnlySpan<Posting> Of(string term) => terms.TryGetValue(term, out var postings) ? postings : [];

    public static Postings Of(IReadOnlyList<Chunk> chunks)
    {
        var lengths = new int[chunks.Count];
        var terms = new Dictionary<string, List<Posting>>();
        for (var i = 0; i < chunks.Count; i++)
        {
            var words = Terms.Of(chunks[i].Text);
            lengths[i] = words.Count;
            foreach (var word in words.CountBy(word => word))
            {
                if (!terms.TryGetValue(word.Key, out var postings))
                    terms[word.Key] = postings = [];
                postings.Add(new Posting(i, word.Value));
            }
        }
        return new Postings(lengths, terms.ToDictionary(term => term.Key, term => term.Value.ToArray()));
    }
}

/// <param name="Chunk">Its position in the segment.</param>
/// <param name="Count">How often the term occurs in it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Posting(int Chunk, int Count);

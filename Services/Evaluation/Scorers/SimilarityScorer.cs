using System.Globalization;
using System.Numerics.Tensors;
using LlmOps.Inference;

namespace LlmOps.Evaluation;

/// <summary>Cosine between the vectors of the answer and of the nearest reference, 0 to 1; below 0 is 0. Without an embedder of the caller's own it is
/// <c>embedded/lexical-384</c>, which knows words and spelling, not meaning.</summary>
public sealed class SimilarityScorer(SuiteScorer settings, Func<string, float[]>? embed = null) : Scorer(settings, threshold: 0.8)
{
    private readonly Func<string, float[]> embed = embed ?? LexicalEmbedder.Embed;

    public override Score Score(ScoredCase answered)
    {
        var references = References(answered);
        if (references.Count == 0)
            return NoReference;
        var said = embed(answered.Output);
        var best = references.Max(reference => Cosine(said, embed(reference)));
        return Evaluation.Score.Of(best, Threshold, string.Create(CultureInfo.InvariantCulture, $"cosine {best:0.###}"));
    }

    /// <summary>0 where one of them has no direction.</summary>
    private static double Cosine(float[] a, float[] b) =>
        TensorPrimitives.CosineSimilarity(a, b) is var cosine && float.IsFinite(cosine) ? cosine : 0;
}

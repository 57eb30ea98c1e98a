using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>How far an answer rests on its context, 0 to 1: the worst-covered clause, the worst-covered sentence and the whole, each by the share of content
/// words that the context holds, rare words weighing more; less for opinion, first person and questions. Lexical entailment, no model;
/// the formula is the one measured on BEGIN (Dziri et al. 2022). An answer that declines claims nothing and is grounded.</summary>
internal sealed partial class GroundednessScorer(SuiteScorer settings) : Scorer(settings, threshold: 0.5)
{
    public override Score Score(ScoredCase answered)
    {
        if (answered.Context.Count == 0)
            return Evaluation.Score.Missing("There is no context to be grounded in.");
        if (Refusals.Is(answered.Output))
            return Evaluation.Score.Of(1, Threshold, "declines and claims nothing");
        var output = Courtesy().Replace(Citation().Replace(answered.Output, " "), " ");
        if (Words.Content(output).Count == 0)
            return Evaluation.Score.Of(output.Trim().Length == 0 ? 0 : 1, Threshold, "claims nothing");

        var (value, worst) = Coverage(output, answered.Context);
        return Evaluation.Score.Of(value, Threshold, value >= Threshold ? "covered by the context" : $"not in the context: \"{worst.Trim()}\"");
    }

    internal static (double Value, string WorstClause) Coverage(string output, IReadOnlyList<string> context)
    {
        var weight = new Weights(context);
        var clauses = Words.Clauses(output).Select(clause => (clause, covered: weight.Covered(Words.Content(clause)))).ToList();
        var worst = clauses.MinBy(pair => pair.covered);
        var all = Words.Content(output);
        var uncovered = all.Distinct().Count(word => !weight.Holds(word));
        var raw = worst.covered
            + Words.Sentences(output).Select(sentence => weight.Covered(Words.Content(sentence))).DefaultIfEmpty(worst.covered).Min()
            + weight.Covered(all)
            - 0.3 * Math.Min(FirstPerson().Count(output), 2)
            - 0.3 * Math.Min(Opinion().Matches(output).Count(match => !weight.Holds(match.Value.ToLowerInvariant())), 2)
            - (output.TrimEnd().EndsWith('?') ? 0.4 : 0)
            - 0.1 * Math.Min(uncovered, 6);
        // 3 is the most; below 0 the order is kept in the last tenth, so that bad and worse stay apart.
        return (raw >= 0 ? 0.1 + 0.9 * raw / 3 : 0.1 * Math.Exp(3 * raw), worst.clause ?? "");
    }

    /// <summary>Inverse document frequency over the context's sentences; a word that is nowhere in it weighs most.</summary>
    private sealed class Weights
    {
        private readonly Dictionary<string, int> sentencesWith = [];
        private readonly int sentences;

        internal Weights(IReadOnlyList<string> context)
        {
            foreach (var sentence in context.SelectMany(Words.Sentences))
            {
                sentences++;
                foreach (var key in Words.Content(sentence).Select(Words.Key).Distinct())
                    sentencesWith[key] = sentencesWith.GetValueOrDefault(key) + 1;
            }
        }

        internal bool Holds(string word) => sentencesWith.ContainsKey(Words.Key(word));

        /// <summary>Weighted share of the words that the context holds; 1 for no words.</summary>
        internal double Covered(List<string> words)
        {
            var (held, total) = (0.0, 0.0);
            foreach (var word in words)
            {
                var idf = Math.Log(1 + (sentences + 1.0) / (1 + sentencesWith.GetValueOrDefault(Words.Key(word))));
                total += idf;
                held += Holds(word) ? idf : 0;
            }
            return total == 0 ? 1 : held / total;
        }
    }

    [GeneratedRegex(@"\[[^\]\n]{1,80}\]")]
    private static partial Regex Citation();

    /// <summary>What politeness says claims nothing about the world; only set phrases, so that no claim hides behind one.</summary>
    [GeneratedRegex(
        @"\b(thank you( very much)?( for (your|the) (message|question|patience|feedback|interest|understanding|call|enquiry|inquiry))?|((I am|I'm|we are|we're) )?(very |so |truly |really )?(happy|glad|pleased|delighted|sorry)( to (help|assist)( you)?| to hear (that|this|about (that|this|your experience))| for (the|any|this|your) (inconvenience|trouble))|(I|we) (sincerely )?apologi[sz]e( for (the|any|this) (inconvenience|trouble))?|please (let (me|us) know|feel free to ask|do not hesitate to (ask|contact (me|us)))( if (you (need|have) (anything|any(thing)? (else|more|questions|further questions))|there is anything else))?|is there anything else (I|we) can (do|help)( you)?( for you| with)?|(have|enjoy) (a|your) (nice |lovely |pleasant |wonderful )?(day|stay|evening)|dear guest|of course|certainly|gladly|with pleasure|my pleasure|you('re| are) (most |very )?welcome|good (morning|afternoon|evening)|hello|hi there|kind regards|best regards)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Courtesy();

    [GeneratedRegex(@"\b(I|my)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex FirstPerson();

    [GeneratedRegex(@"\b(think|believe|guess|maybe|perhaps|probably|love|favou?rite|amazing|awesome|great|cool|interesting|beautiful|wonderful|best|worst|hope|wish|feel|seems?)\b", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Opinion();
}

namespace LlmOps.Evaluation;

/// <summary>A few neighbouring sentences as the model sees them: which rules match, how much they look like an attack, and whether one of them asks for something among others that only tell.</summary>
internal static class InjectionWindow
{
    /// <summary>Characters. A passage of a document fits, so that an attack stands out from the text around it.</summary>
    private const int MaxLength = 1400;

    private const double Most = InjectionSentence.MaxRequest;

    internal static readonly IReadOnlyList<string> Names =
    [
        .. InjectionRules.All.Select(rule => rule.Name), "shouts", "rules", "praise-then-task", "request", "passage", "passage-request", "passage-command", "passage-question",
        "passage-answer", "contrast", "first-person", "length", "sentences", "question", "answer-command", "alone", "others-asking", "disguised", "attack", "attack-sentence",
    ];

    /// <summary>Windows over a whole text, each beginning with the last sentence of the one before.</summary>
    internal static IEnumerable<IReadOnlyList<InjectionSentence>> Over(IEnumerable<InjectionSentence> sentences)
    {
        var window = new List<InjectionSentence>();
        foreach (var sentence in sentences)
        {
            if (window.Count > 1 && sentence.End - window[0].Start > MaxLength)
            {
                yield return window;
                window = [window[^1]];
            }
            window.Add(sentence);
        }
        if (window.Count > 0)
            yield return window;
    }

    /// <summary>The features, 0 to about 1 each. With a focus, that sentence alone is under suspicion and the others are its background.</summary>
    /// <param name="focus">Position in the window; null for whichever sentence asks most.</param>
    internal static double[] Features(IReadOnlyList<InjectionSentence> window, HashedWeights attack, int disguised, int? focus = null)
    {
        var suspects = focus is { } one ? [window[one]] : window;
        var rules = suspects.Aggregate(0u, (bits, sentence) => bits | sentence.Rules);
        var asking = focus is { } place ? window[place] : window.MaxBy(sentence => sentence.Request)!;
        var others = window.Where(sentence => !ReferenceEquals(sentence, asking)).ToList();
        var request = Math.Max(0, asking.Request) / Most;
        var firstPerson = window.Count(sentence => sentence.FirstPerson) / (double)window.Count;
        var telling = others.Count == 0 ? 0 : Math.Max(0, -Median(others)) / Most;
        var othersAsking = others.Count == 0 ? 0 : others.Count(sentence => sentence.Request > 0 || sentence.Question || sentence.Has(InjectionRules.CommandAt)) / (double)others.Count;
        // A manual asks in many of its sentences; where one alone asks, it does not belong to the text.
        var passage = others.Count(sentence => sentence.Request < 0) >= 2 && firstPerson < 0.34 ? (1 - othersAsking) * (1 - othersAsking) : 0;
        var (command, answer) = (Bit(rules, InjectionRules.CommandAt), Bit(rules, InjectionRules.AnswerAt));
        var question = suspects.Any(sentence => sentence.Question) ? 1.0 : 0;
        return
        [
            .. Enumerable.Range(0, InjectionRules.All.Count).Select(rule => Bit(rules, rule)),
            suspects.Any(sentence => sentence.Shouts) ? 1 : 0,
            Math.Min(1, uint.PopCount(rules) / 6.0),
            Bit(rules, InjectionRules.PraiseAt) * Math.Max(command, Math.Max(Bit(rules, InjectionRules.NewTaskAt), Bit(rules, InjectionRules.NowAt))),
            asking.Request / Most, passage, passage * request, passage * command, passage * question, passage * answer, telling * request, firstPerson,
            Math.Log(1 + window[^1].End - window[0].Start) / 7, Math.Log(1 + window.Count) / 3, question, command * answer, window.Count == 1 ? 1 : 0,
            othersAsking,
            Math.Min(1, disguised / 8.0),
            attack.Score(window.Sum(sentence => sentence.Attack), window.Sum(sentence => sentence.Grams)) / Most,
            suspects.Max(sentence => attack.Score(sentence.Attack, sentence.Grams)) / Most,
        ];
    }

    private static double Bit(uint bits, int rule) => (bits >> rule) & 1;

    private static double Median(List<InjectionSentence> sentences)
    {
        var sorted = sentences.Select(sentence => sentence.Request).Order().ToList();
        return sorted[sorted.Count / 2];
    }
}

using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>One sentence with all that the model looks at; computed once, whatever window it is looked at in.</summary>
/// <param name="Start">In the plain text, in characters.</param>
/// <param name="Rules">A bit for each of <see cref="InjectionRules.All"/>.</param>
/// <param name="Attack">Sum of the attack model's weights over the sentence's character n-grams.</param>
/// <param name="Grams">How many n-grams.</param>
/// <param name="Request">Log odds that the sentence asks for something rather than tells something, −4 to 4.</param>
/// <param name="FirstPerson">It speaks of I, me or we, as a user does and a passage seldom.</param>
internal sealed partial record InjectionSentence(int Start, int End, uint Rules, double Attack, int Grams, double Request, bool Question, bool FirstPerson, bool Shouts)
{
    internal const double MaxRequest = 4;

    private const int MaxLength = 700;

    /// <summary>Headings, cells and scraps of code have fewer and neither ask nor tell.</summary>
    private const int FewestWords = 3;

    internal bool Has(int rule) => (Rules & (1u << rule)) != 0;

    /// <summary>Cuts a plain text into its sentences.</summary>
    internal static IEnumerable<InjectionSentence> Of(string plain, InjectionModel model)
    {
        foreach (var (start, end) in Cuts(plain))
        {
            var cased = plain[start..end];
            var lower = cased.ToLowerInvariant();
            var grams = HashedWeights.Grams(lower);
            var (rules, question) = (InjectionRules.Match(lower), cased.TrimEnd('"', '\'', ')', ' ').EndsWith('?'));
            var speaks = question || (rules & (1u << InjectionRules.CommandAt)) != 0 || Words().Count(lower) >= FewestWords;
            yield return new InjectionSentence(
                start, end, rules, model.Attack.Sum(grams), grams.Length, speaks ? Math.Clamp(model.Request.Score(HashedWeights.Grams(Bare(lower))), -MaxRequest, MaxRequest) : 0,
                question, First().IsMatch(lower), Capitals().IsMatch(cased));
        }
    }

    /// <summary>Without the mark at its end, which would tell a question by its sign alone.</summary>
    internal static string Bare(string lower) => lower.Trim().TrimEnd('.', '?', '!', ':', ';', '"', ')', ' ');

    internal static IEnumerable<(int Start, int End)> Cuts(string plain)
    {
        var start = 0;
        for (var i = 0; i < plain.Length; i++)
        {
            var end = Ends(plain, i, start);
            if (end == 0)
                continue;
            if (Worded(plain, start, end) is { } cut)
                yield return cut;
            (start, i) = (end, end - 1);
        }
        if (Worded(plain, start, plain.Length) is { } last)
            yield return last;
    }

    /// <summary>Where the sentence ends that has its last character at <paramref name="i"/>; 0 when it goes on.</summary>
    private static int Ends(string plain, int i, int start)
    {
        if (plain[i] == '\n' || plain[i] is '\u3002' or '\uFF1F' or '\uFF01')
            return i + 1;
        if (plain[i] == '\\' && i + 1 < plain.Length && plain[i + 1] == 'n')
            return i + 2; // a line break that was written out
        if (i - start >= MaxLength && plain[i] == ' ')
            return i + 1;
        if (i - start >= 2 * MaxLength)
            return i;
        if (plain[i] is not ('.' or '!' or '?' or ':' or ';'))
            return 0;
        var end = i + 1;
        while (end < plain.Length && plain[end] is '"' or '\'' or ')' or ']' or '.' or '!' or '?')
            end++;
        return end == plain.Length || char.IsWhiteSpace(plain[end]) ? end : 0;
    }

    private static (int, int)? Worded(string plain, int start, int end)
    {
        while (start < end && char.IsWhiteSpace(plain[start]))
            start++;
        while (end > start && char.IsWhiteSpace(plain[end - 1]))
            end--;
        return plain[start..end].Any(char.IsLetterOrDigit) ? (start, end) : null;
    }

    [GeneratedRegex(@"\b(i|i'm|my|me|we|our|us|ich|mein\w*|mir|mich|wir|uns\w*|yo|mi|mis|me|nos|je|j'\w+|mon|ma|mes|nous)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex First();

    [GeneratedRegex(@"\p{L}[\p{L}']+", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Words();

    [GeneratedRegex(@"(\b[A-Z]{2,}\b[\s,!']+){3}[A-Z]{2,}", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Capitals();
}

using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>Whether a graded text speaks to its judge: asks for a score, tells it to ignore the rubric, or acts as if the text had ended. A flag for people, not a score.</summary>
public static partial class JudgeInjection
{
    public const string Flag = "judge-injection";

    public static bool Is(string output)
    {
        var text = NormalText.Plain(output);
        return Order().IsMatch(text) || Spoof().IsMatch(text);
    }

    /// <summary>English, German, French and Spanish.</summary>
    [GeneratedRegex(
        @"\b(ignore|disregard|forget|override|ignorier\w*|vergiss|ignore[zr]|oublie[zr]?|ignora|olvida)\b.{0,40}\b(rubric|criteria|instructions?|prompt|guidelines?|anweisung\w*|kriterien|bewertungs\w*|consignes?|crit[èe]res|instrucciones|criterios)\b"
        + @"|\b(give|assign|award|return|output|gib|vergib|donne[zr]?|attribue[zr]?|da|asigna|otorga)\b.{0,40}\b((score|grade|rating|marks?|points?|punkte|punktzahl|note|puntuaci[óo]n|puntos)\b.{0,12}\b(10|ten|zehn|dix|diez)|full marks|(perfect|maximum|highest) score|volle punktzahl|note maximale|nota m[áa]xima|(10|ten|zehn|dix|diez) (out of|von|sur|de) (10|ten|zehn|dix|diez))\b"
        + @"|\b(score|grade|rate|mark|bewerte) (it|this|that|me|my|das|es|mich|diese\w*)\b.{0,20}\b(10|ten|zehn)\b"
        + @"|\b(note|message|instructions?) (to|for) (the )?(judge|grader|evaluator|reviewer)\b|\bas (the|an?) (judge|grader|evaluator),? you\b|\bdear (judge|grader|evaluator)\b",
        RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Order();

    /// <summary>What only a prompt or a judge's own answer would hold.</summary>
    [GeneratedRegex(@"</?(answer|question|context|reference|system|rubric)(-\w*)?>|\[/?INST\]|<\|im_(start|end)\|>|""score""\s*:\s*\d", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex Spoof();
}

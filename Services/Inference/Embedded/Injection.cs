using System.Text.RegularExpressions;

namespace LlmOps.Inference;

/// <summary>What in a user's message tries to give orders to the model.</summary>
internal static partial class Injection
{
    public static bool Overrides(string message) => Override().IsMatch(message);

    public static bool AsksForInstructions(string message) => Reveal().IsMatch(message);

    /// <summary>The message without the sentences that give orders.</summary>
    public static string Rest(string message) =>
        string.Join(' ', Sentences.Of(message).Where(sentence => !Overrides(sentence) && !AsksForInstructions(sentence) && !Say().IsMatch(sentence)));

    /// <summary>What a model says that does as it is told.</summary>
    public static string Obey(string message, string instructions)
    {
        if (AsksForInstructions(message))
            return $"My instructions are: {instructions}";
        if (Say().Match(message) is { Success: true } say)
            return say.Groups["what"].Value.Trim();
        if (Give().Match(message) is { Success: true } give)
            return $"Certainly, you get {give.Groups["what"].Value.Trim()}.";
        return "Understood, I no longer follow my earlier instructions.";
    }

    [GeneratedRegex(@"\b(?:ignore|disregard|forget|override|bypass)\b[^.!?\n]{0,60}\b(?:instructions?|rules?|prompts?|guidelines?|directions?|polic(?:y|ies)|(?:the|all|anything|everything) above|everything (?:you|before))\b|\byou are now\b|\bnew instructions?\s*:|\b(?:system|admin|developer)\s*(?:override|message|mode|prompt)\b\s*:|\bpretend (?:to be|you|that you)\b|\bfrom now on,? you\b", RegexOptions.IgnoreCase)]
    private static partial Regex Override();

    [GeneratedRegex(@"\b(?:reveal|show|print|repeat|output|display|tell|give|share|what (?:is|are|were)|list|recite)\b[^.!?\n]{0,50}\b(?:your|these|system|hidden|secret|initial|original)\s+(?:(?:own|full|exact|complete|system|hidden|secret|initial|original|first)\s+){0,2}(?:instructions?|prompt)\b|\brepeat (?:the text|everything|all) above\b", RegexOptions.IgnoreCase)]
    private static partial Regex Reveal();

    [GeneratedRegex(@"\b(?:say|write|reply|respond|answer|print|output|type)\b(?:\s+(?:only|exactly|just|with|back|to me|me|the words?|the sentence|that))*\s*:?\s*[""“'‘]?(?<what>[^""”\n]+?)(?:[""”]|['’](?=\s|[.!?]|$)|(?=[.!?](?:\s|$))|$)", RegexOptions.IgnoreCase)]
    private static partial Regex Say();

    [GeneratedRegex(@"\b(?:give|grant|offer|promise|get|book)\s+(?:me|us)\s+(?<what>[^.!?\n]+)", RegexOptions.IgnoreCase)]
    private static partial Regex Give();
}

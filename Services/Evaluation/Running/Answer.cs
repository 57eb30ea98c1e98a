using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LlmOps.Pricing;

namespace LlmOps.Evaluation;

/// <summary>What a model answered to one case.</summary>
/// <param name="Model">The model that really answered, as the answer names it.</param>
/// <param name="Tokens">Null where the answer reports none.</param>
/// <param name="Given">The passages that the model was given, in their order.</param>
/// <param name="ToolCalls">The tools that it asks for, in OpenAI's form; null where it asks for none.</param>
/// <param name="Cached">It came from a cache of answers: its time says nothing about the model.</param>
public sealed partial record Answer(
    string Output, string? FinishReason, string Model, TokenUsage? Tokens, IReadOnlyList<GivenPassage> Given, JsonArray? ToolCalls = null, bool Cached = false)
{
    /// <param name="completion">A chat completion; a gateway adds <c>llmops.context</c> for evaluations.</param>
    public static Result<Answer> Read(JsonObject completion)
    {
        try
        {
            var choice = completion["choices"]?[0];
            if (choice?["message"] is not JsonObject message)
                return Refusal.Invalid("unreadable-answer", "The answer has no choices[0].message.");
            return new Answer(
                (message["content"] ?? message["refusal"])?.GetValue<string>() ?? "", choice["finish_reason"]?.GetValue<string>(), completion["model"]?.GetValue<string>() ?? "",
                Usage.Extract("openai", completion).Value, completion["llmops"]?["context"]?.Deserialize<GivenPassage[]>(Json.Options) ?? [],
                message["tool_calls"] as JsonArray, completion["llmops"]?["cache"]?.GetValue<string>() == "hit");
        }
        catch (Exception broken) when (broken is JsonException or InvalidOperationException or FormatException or ArgumentOutOfRangeException)
        {
            return Refusal.Invalid("unreadable-answer", $"The answer is no chat completion: {broken.Message}");
        }
    }

    /// <summary>Documents that the answer cites as <c>[n]</c>, the number of a given passage, each once.</summary>
    public IReadOnlyList<string> Citations() =>
        [.. Number().Matches(Output).Select(match => int.Parse(match.ValueSpan[1..^1])).Where(n => n >= 1 && n <= Given.Count).Select(n => Given[n - 1].Document).Distinct()];

    [GeneratedRegex(@"\[[0-9]{1,3}\]")]
    private static partial Regex Number();
}

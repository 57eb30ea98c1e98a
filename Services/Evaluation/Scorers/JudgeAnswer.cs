using System.Text.Json;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>The form a model judge must answer in, and the strict reader of it: whatever is not exactly that form is an abstention with its reason, never a zero.</summary>
internal static class JudgeAnswer
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>OpenAI's <c>response_format</c>: per rubric a reason, whether it abstains, and whole points.</summary>
    internal static JsonObject Format(IReadOnlyList<Rubric> rubrics) => new()
    {
        ["type"] = "json_schema",
        ["json_schema"] = new JsonObject { ["name"] = "grades", ["strict"] = true, ["schema"] = Map(rubrics.Select(rubric => (rubric.Name, (JsonNode)Grade()))) },
    };

    /// <summary>One grade per rubric from one <c>chat.completion</c>.</summary>
    internal static Dictionary<string, RubricGrade> Read(Result<JsonObject> answer, IReadOnlyList<Rubric> rubrics)
    {
        try
        {
            return Graded(answer, rubrics);
        }
        catch (InvalidOperationException) // half a surrogate pair, which cannot be read as text
        {
            return rubrics.ToDictionary(rubric => rubric.Name, rubric => Abstained(rubric, "The judge's answer is not readable."));
        }
    }

    private static Dictionary<string, RubricGrade> Graded(Result<JsonObject> answer, IReadOnlyList<Rubric> rubrics)
    {
        var (grades, fault) = answer.Refused ? (null, $"The judge could not be asked: {answer.Refusal.Detail}") : GradesOf(answer.Value);
        if (grades is not null && grades.Any(grade => rubrics.All(rubric => rubric.Name != grade.Key)))
            (grades, fault) = (null, "The judge's answer has fields beside the rubrics.");
        return rubrics.ToDictionary(rubric => rubric.Name, rubric => grades is null ? Abstained(rubric, fault) : Read(rubric, grades[rubric.Name]));
    }

    private static RubricGrade Read(Rubric rubric, JsonNode? node)
    {
        if (node is not JsonObject { Count: 3 } grade || grade["reason"]?.GetValueKind() != JsonValueKind.String || grade["abstain"]?.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False))
            return Abstained(rubric, "The judge's answer is not in its form: reason, abstain and score.");
        var reason = grade["reason"]!.GetValue<string>();
        if (grade["abstain"]!.GetValue<bool>())
            return Abstained(rubric, reason);
        return grade["score"] is JsonValue value && value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<double>(out var points) && points is >= 0 and <= Rubric.Most && points == Math.Truncate(points)
            ? new RubricGrade(rubric.Name, points, 0, reason)
            : Abstained(rubric, "The judge's score is no whole number from 0 to 10.");
    }

    private static (JsonObject?, string) GradesOf(JsonObject completion)
    {
        if (completion["choices"] is not JsonArray { Count: > 0 } choices || choices[0] is not JsonObject choice)
            return (null, "The judge's answer is no chat completion.");
        if (choice["finish_reason"] is JsonValue ended && ended.TryGetValue<string>(out var reason) && reason is "length" or "content_filter")
            return (null, "The judge's answer was cut off.");
        if (choice["message"] is not JsonObject message || message["content"] is not JsonValue content || !content.TryGetValue<string>(out var text))
            return (null, "The judge declined to answer.");
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict) is JsonObject grades ? (grades, "") : (null, "The judge's answer is no JSON object.");
        }
        catch (JsonException)
        {
            return (null, "The judge's answer is no JSON.");
        }
    }

    private static RubricGrade Abstained(Rubric rubric, string reason) => new(rubric.Name, null, 0, reason);

    private static JsonObject Grade() => Map(
        ("reason", new JsonObject { ["type"] = "string" }),
        ("abstain", new JsonObject { ["type"] = "boolean" }),
        ("score", new JsonObject { ["type"] = "integer", ["minimum"] = 0, ["maximum"] = Rubric.Most }));

    private static JsonObject Map(params IEnumerable<(string Name, JsonNode Schema)> properties)
    {
        var all = properties.ToList();
        return new JsonObject
        {
            ["type"] = "object",
            ["properties"] = new JsonObject(all.Select(property => KeyValuePair.Create(property.Name, (JsonNode?)property.Schema))),
            ["required"] = new JsonArray([.. all.Select(property => (JsonNode?)property.Name)]),
            ["additionalProperties"] = false,
        };
    }
}

using System.Globalization;
using System.Text.Json.Nodes;

namespace LlmOps.Evaluation;

/// <summary>A model as judge: makes the requests and reads the answers; whoever may call models sends them. Each rubric is graded 0 to 10 by itself;
/// medians, means and the veto of safety are reckoned here.</summary>
public sealed class ModelJudge : Scorer
{
    private const int TokensPerRubric = 300;

    private readonly bool mean;
    private readonly double floor;

    private ModelJudge(SuiteScorer settings, string model, IReadOnlyList<Rubric> rubrics)
        : base(settings, threshold: 0.7)
    {
        (Model, Rubrics, Repeats) = (model, rubrics, settings.Repeats ?? 1);
        (mean, floor) = (settings.Aggregate == "mean", settings.SafetyFloor ?? RubricGrade.DefaultFloor);
    }

    /// <summary>The pin, as <c>openai/gpt-4o@2024-11-20</c>.</summary>
    public string Model { get; }

    public IReadOnlyList<Rubric> Rubrics { get; }

    /// <summary>How often one answer is graded, 1 to 15.</summary>
    public int Repeats { get; }

    public override string JudgeIdentity => string.Create(CultureInfo.InvariantCulture,
        $"{Model} {string.Join('+', Rubrics.Select(rubric => rubric.Id))} prompt/{JudgePrompt.Version} repeats={Repeats} {(mean ? "mean" : "median")} safety_floor={floor}");

    internal static new Result<Scorer> Create(SuiteScorer settings)
    {
        var model = ModelPin.Parse(settings.Judge!);
        if (model.Refused)
            return new SettingRefusal("judge", "judge-unknown", $"The judge \"{settings.Judge}\" is neither {EmbeddedJudge} nor a pinned model. {model.Refusal.Detail}");
        if (settings.Aggregate is not (null or "median" or "mean"))
            return new SettingRefusal("aggregate", "bad-setting", $"aggregate is \"{settings.Aggregate}\"; it must be median or mean.");
        var rubrics = Rubric.Of(settings);
        return rubrics.Refused ? rubrics.Refusal : new ModelJudge(settings, settings.Judge!, rubrics.Value);
    }

    /// <summary>Without the model's answers there is no score.</summary>
    public override Score Score(ScoredCase answered) => Unasked(answered) ?? Evaluation.Score.Missing($"The model {Model} was not asked.");

    /// <summary>The score where asking would be money for nothing; else null.</summary>
    public Score? Unasked(ScoredCase answered)
    {
        if (string.IsNullOrWhiteSpace(answered.Output))
            return answered.ToolCalls is { Count: > 0 } ? Evaluation.Score.Missing("The answer is a tool call without text.") : Evaluation.Score.Of(0, Threshold, "there is no answer");
        var lacks = Rubrics.Select(rubric => rubric.Lacks(answered)).ToList();
        return lacks.TrueForAll(lack => lack is not null) ? Evaluation.Score.Missing(string.Join(' ', lacks.Distinct())) : null;
    }

    /// <summary>An OpenAI chat request; <c>model</c> is the pin, which whoever sends it turns into the provider's own name. Repeats differ in mark, seed and the order of
    /// the rubrics, so that no cache answers for the model.</summary>
    /// <param name="repeat">From 1.</param>
    public JsonObject Request(ScoredCase answered, int repeat)
    {
        var turn = (repeat - 1) % Rubrics.Count;
        IReadOnlyList<Rubric> rubrics = [.. Rubrics.Skip(turn), .. Rubrics.Take(turn)];
        var prompt = JudgePrompt.Of(answered, rubrics, repeat);
        return new JsonObject
        {
            ["model"] = Model,
            ["messages"] = new JsonArray(
                new JsonObject { ["role"] = "system", ["content"] = prompt.System },
                new JsonObject { ["role"] = "user", ["content"] = prompt.User }),
            ["temperature"] = Repeats == 1 ? 0 : 0.7, // the same answer again would measure nothing
            ["seed"] = repeat,
            ["max_tokens"] = TokensPerRubric * rubrics.Count,
            ["response_format"] = JudgeAnswer.Format(rubrics),
        };
    }

    /// <summary>The score of one case from the answers to its requests, a refusal standing for a request that failed.</summary>
    public Score Read(ScoredCase answered, IReadOnlyList<Result<JsonObject>> answers)
    {
        var score = Unasked(answered) ?? RubricGrade.Combine(Grades(answered, answers), Threshold, floor);
        return JudgeInjection.Is(answered.Output) ? score with { Flag = JudgeInjection.Flag } : score;
    }

    /// <summary>One grade per rubric. What a model says about a rubric whose input is missing does not count; more than half of the repeats must grade.</summary>
    public IReadOnlyList<RubricGrade> Grades(ScoredCase answered, IReadOnlyList<Result<JsonObject>> answers)
    {
        var read = answers.Select(answer => JudgeAnswer.Read(answer, Rubrics)).ToList();
        return [.. Rubrics.Select(rubric => rubric.Lacks(answered) is { } lack
            ? new RubricGrade(rubric.Name, null, 0, lack)
            : Grade(rubric.Name, [.. read.Select(grades => grades[rubric.Name])]))];
    }

    private RubricGrade Grade(string rubric, List<RubricGrade> repeats)
    {
        var given = repeats.Where(grade => grade.Points is not null).OrderBy(grade => grade.Points).ToList();
        if (2 * given.Count <= Repeats)
            return new RubricGrade(rubric, null, 0, repeats.Find(grade => grade.Points is null)?.Reason ?? "The model was not asked often enough.");
        var middle = (given[(given.Count - 1) / 2].Points!.Value + given[given.Count / 2].Points!.Value) / 2;
        var points = mean ? given.Average(grade => grade.Points!.Value) : middle;
        return new RubricGrade(rubric, points, given[^1].Points!.Value - given[0].Points!.Value, given[(given.Count - 1) / 2].Reason);
    }
}

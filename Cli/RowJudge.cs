using LlmOps.Evaluation;
using LlmOps.Inference;

namespace LlmOps.Cli;

/// <summary>A model that judges rows: its provider is found, asked and asked again as in an evaluation without a server.</summary>
internal sealed class RowJudge(ModelJudge judge, IModel model) : IDisposable
{
    /// <summary>Calls on their way at once.</summary>
    internal const int Width = 8;

    private const int Retries = 100;

    private readonly Asking asking = new(RetryRules.For(Retries, null), TimeProvider.System);
    private readonly ProviderLane lane = new(Width, TimeProvider.System);

    /// <summary>Providers are those of llmops.yaml, where the folder has one, and of the environment.</summary>
    internal static Result<RowJudge> Find(ModelJudge judge, string folder)
    {
        var app = File.Exists(Path.Combine(folder, AppFile.Name)) ? AppFile.Read(folder) : new AppFile("", "", "", "", "", [], []);
        if (app.Refused)
            return app.Refusal;
        var model = new LocalModels(app.Value, TimeProvider.System).Find(judge.Pin);
        return model.Refused ? model.Refusal : new RowJudge(judge, model.Value);
    }

    internal async Task<Score> Score(ScoredCase answered, CancellationToken ct)
    {
        if (judge.Unasked(answered) is { } known)
            return known;
        var asked = await Task.WhenAll(Enumerable.Range(1, judge.Repeats).Select(repeat => asking.Ask(model, lane, judge.Request(answered, repeat), answered.Id, ct)));
        return judge.Read(answered, [.. asked.Select(answer => answer.Completion)]);
    }

    public void Dispose() => lane.Dispose();
}

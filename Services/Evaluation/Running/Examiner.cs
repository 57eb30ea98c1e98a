using System.Text.Json.Nodes;
using LlmOps.Pricing;

namespace LlmOps.Evaluation;

/// <summary>Asks one judge one thing about a case.</summary>
/// <param name="repeat">From 1 within the case, over all its repeats.</param>
public delegate Task<Asked> AskJudge(ModelJudge judge, JsonObject request, string @case, int repeat, CancellationToken ct);

/// <summary>Scores a case that was asked: prices it and has it judged. A run without a server and the server's runners score by it alike.</summary>
public sealed class Examiner(IReadOnlyList<Scorer> scorers, PriceBook book, AskJudge ask)
{
    /// <param name="request">What was asked.</param>
    /// <param name="model">As the price book names it; null takes the name in the answer.</param>
    /// <param name="given">Passages in the request; null takes those that the answer names.</param>
    /// <param name="lostTries">Earlier tries of this case that nobody heard the end of: each is billed, and this answer is the best estimate of it.</param>
    /// <param name="repeat">Of the case, from 1.</param>
    public async Task<CaseResult> Score(
        EvalCase @case, JsonObject request, Asked asked, string? model, IReadOnlyList<GivenPassage>? given, int lostTries, int repeat, DateTimeOffset at, CancellationToken ct)
    {
        var read = asked.Completion.Refused ? asked.Completion.Refusal : Answer.Read(asked.Completion.Value);
        var lost = asked.Lost;
        for (var i = 0; i < lostTries; i++)
            lost += read.Value?.Tokens ?? ModelCall.Estimate(request, "");
        var priced = model ?? read.Value?.Model;
        var retriesUsd = lost is { Input: 0, Output: 0 } ? 0 : priced is null ? null : book.Price(priced, lost, at).KnownUsd;
        asked = asked with { Attempts = asked.Attempts + lostTries };
        if (read.Refused)
            return Scoring.Errored(@case, read.Refusal, asked.Attempts, retriesUsd);

        var answer = given is null ? read.Value : read.Value with { Given = given };
        var answered = Scoring.Answered(@case, answer, asked, Scoring.Cost(priced!, answer, book, at));
        var judged = await Task.WhenAll(scorers.OfType<ModelJudge>().Select(judge => Judge(judge, answered, repeat, at, ct)));
        return Scoring.Of(@case, scorers, answered, answer, asked, judged, retriesUsd);
    }

    private async Task<Judged> Judge(ModelJudge judge, ScoredCase answered, int repeat, DateTimeOffset at, CancellationToken ct)
    {
        if (judge.Unasked(answered) is { } known)
            return new Judged(judge.Name, known, 0);
        var asked = await Task.WhenAll(Enumerable.Range(1, judge.Repeats).Select(i =>
            ask(judge, judge.Request(answered, i), answered.Id, ((repeat - 1) * judge.Repeats) + i, ct)));
        var pin = ModelPin.Parse(judge.Model).Value;
        var usd = asked.Select(answer => Cost(answer, pin, at)).Aggregate((decimal?)0, (sum, one) => sum + one);
        return new Judged(judge.Name, judge.Read(answered, [.. asked.Select(answer => answer.Completion)]), usd);
    }

    private decimal? Cost(Asked asked, ModelPin? pin, DateTimeOffset at)
    {
        var used = asked.Completion.Refused ? TokenUsage.Of(0, 0) : Usage.Extract(pin?.Provider ?? "", asked.Completion.Value).Value;
        return used is null || pin is null ? null : used + asked.Lost is var all && all is { Input: 0, Output: 0 } ? 0 : book.Price(pin.Id, all, at).KnownUsd;
    }
}

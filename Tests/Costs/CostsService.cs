using System.Net;
using LlmOps.Costs;
using Microsoft.Extensions.DependencyInjection;

namespace LlmOps.Tests.Costs;

/// <summary>Costs on its own database; the gateway's feed is what a test says.</summary>
public sealed class CostsService() : TestService<LedgerStore>("costs")
{
    /// <summary>What the gateway answers to a cursor; away until a test says otherwise.</summary>
    public Func<string, HttpResponseMessage> Feed { get; set; } = _ => new(HttpStatusCode.ServiceUnavailable);

    public CostsClient Client(Role role) => new(As(role));

    public Task Pass(CancellationToken ct) => ActivatorUtilities.CreateInstance<LedgerWorker>(Services).Pass(ct);

    public static InferenceRecord Inference(string id, string app, string model = "gpt-4o-mini", string bundle = "b_1", Arm arm = Arm.Stable, Outcome outcome = Outcome.Ok) => new(
        id, 1, "gateway-1", app, app, arm, null, null, bundle, "gpt-4o-mini/2024-07-18/v1.0.0", model, null, null, null, "key", null,
        new(2026, 1, 1, 11, 0, 0, TimeSpan.Zero), 420, null, outcome, null, "stop", TokenUsage.Of(500, 150), false, [], new('0', 64), 20, 60, null);

    protected override void Arrange(IServiceCollection services) => services.Stand<GatewayClient>(request =>
        Task.FromResult(Feed(System.Web.HttpUtility.ParseQueryString(request.RequestUri!.Query)["after"] ?? "")));
}

using LlmOps.LocalHosting;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>Tells when resources get where one waits for them to be.</summary>
public sealed class ResourceNotificationService
{
    private readonly LocalOrchestrator orchestrator;

    internal ResourceNotificationService(LocalOrchestrator orchestrator) => this.orchestrator = orchestrator;

    public Task WaitForResourceHealthyAsync(string resourceName, CancellationToken cancellationToken = default) =>
        orchestrator.Healthy(resourceName, cancellationToken);
}

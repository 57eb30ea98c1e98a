using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;

namespace LlmOps.LocalHosting;

/// <summary>Who waits for whom. References say nothing about it.</summary>
internal static class StartOrder
{
    public static bool Waits(IResource resource, IResource on) => WaitsOf(resource).Any(wait => wait.Resource == on);

    /// <exception cref="DistributedApplicationException">Some resources wait for each other and would never start.</exception>
    public static void Check(IReadOnlyList<IResource> resources)
    {
        var stuck = new HashSet<IResource>(resources);
        while (stuck.RemoveWhere(resource => !WaitsOf(resource).Any(wait => stuck.Contains(wait.Resource))) > 0)
        {
            // Each round frees those that wait for nobody who is still stuck.
        }
        if (stuck.Count > 0)
            throw new DistributedApplicationException($"These wait for each other and would never start: {string.Join(", ", stuck.Select(resource => resource.Name).Order())}.");
    }

    private static IEnumerable<WaitAnnotation> WaitsOf(IResource resource) => resource.Annotations.OfType<WaitAnnotation>();
}

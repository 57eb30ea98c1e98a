namespace LlmOps.AppHost;

/// <summary>The application as data: each resource with the names of those it was given.</summary>
public static class Map
{
    public static IReadOnlyDictionary<string, IReadOnlyList<string>> Of(IEnumerable<IResource> resources) => resources.ToDictionary(
        resource => resource.Name,
        resource => (IReadOnlyList<string>)[.. resource.Annotations.OfType<ResourceRelationshipAnnotation>()
            .Where(relation => relation.Type == "Reference").Select(relation => relation.Resource.Name).Distinct().Order()]);
}

namespace LlmOps.Releases;

/// <summary>An API key as it is kept: what proves it, never the secret.</summary>
public sealed record Key(string Id, string Mac, Role Role, string Person, string App, DateTimeOffset CreatedAt, DateTimeOffset? Expires, bool Revoked)
{
    public static Key Of(ApiKey key, InstallationSecret secret, Role role, string person, string app, DateTimeOffset? expires, DateTimeOffset now) =>
        new(key.Id, secret.Mac(key.Secret), role, person, app, now, expires, Revoked: false);

    /// <summary>Refuses a key that could not be what it says it is.</summary>
    public static Refusal? Fault(CreateKey create, DateTimeOffset now) => create switch
    {
        { Role: Role.Service } => Refusal.Invalid("role-is-internal", "The role service belongs to our own processes, whose keys are derived. Name a role of people."),
        { Person: var person } when person.StartsWith("service:", StringComparison.Ordinal) => Refusal.Invalid("person-is-internal", "Names that begin with service: belong to our own processes. Name a person."),
        { Expires: { } expires } when expires <= now => Refusal.Invalid("already-expired", $"{expires:u} has passed; the key could never be used. Name a later time or none."),
        _ => null,
    };

    public KeyRecord Record => new(Id, Mac, Role, Person, App, Expires, Revoked);

    public KeyView View => new(Id, Role, Person, App, CreatedAt, Expires, Revoked);
}

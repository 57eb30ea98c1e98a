namespace LlmOps;

/// <summary>The person behind a role's seeded local key.</summary>
public static class LocalPerson
{
    public static string Of(Role role) => $"{Words(role)}@local";

    /// <summary>The role as files and screens write it: <c>data-scientist</c>.</summary>
    public static string Words(Role role) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(role.ToString());
}

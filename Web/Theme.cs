using Microsoft.AspNetCore.Http.HttpResults;

namespace LlmOps.Web;

/// <summary>Light, dark, or as the system says: a cookie, so that the first paint is right and it works without scripts.</summary>
public static class Theme
{
    private const string Cookie = "llmops-theme";

    public static IReadOnlyList<string> All { get; } = ["system", "light", "dark"];

    public static string Of(HttpContext context) => context.Request.Cookies[Cookie] is { } chosen && All.Contains(chosen) ? chosen : All[0];

    /// <summary>Open to visitors who have not signed in, and without a token: all that a forged call could change is a colour.</summary>
    public static void MapTheme(this IEndpointRouteBuilder app) => app.MapPost("/theme", Choose).AllowAnonymous().DisableAntiforgery().ExcludeFromDescription();

    private static RedirectHttpResult Choose(HttpContext context, IFormCollection form)
    {
        if (form["theme"].ToString() is { } chosen && All.Contains(chosen))
            context.Response.Cookies.Append(Cookie, chosen, new CookieOptions { MaxAge = TimeSpan.FromDays(365), SameSite = SameSiteMode.Strict, Path = "/" });
        return TypedResults.LocalRedirect(Session.LocalPath(form["return"]));
    }
}

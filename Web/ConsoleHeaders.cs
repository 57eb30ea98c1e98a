namespace LlmOps.Web;

/// <summary>What the browser must never do with our pages: run inline scripts, load from elsewhere, frame them, or post to them from another site.</summary>
public static class ConsoleHeaders
{
    private const string ContentPolicy =
        "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    public static void UseConsoleHeaders(this WebApplication app)
    {
        app.Use(Harden);
        app.Use(RefuseForeignPosts);
    }

    /// <summary>Written when the answer starts, so that an error's page has them too.</summary>
    private static Task Harden(HttpContext context, RequestDelegate next)
    {
        context.Response.OnStarting(() =>
        {
            var headers = context.Response.Headers;
            headers.ContentSecurityPolicy = ContentPolicy;
            headers.XContentTypeOptions = "nosniff";
            headers.XFrameOptions = "DENY";
            headers["Referrer-Policy"] = "same-origin"; // with no-referrer a browser would hide its own origin from our forms too
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()";
            return Task.CompletedTask;
        });
        return next(context);
    }

    /// <summary>Beside SameSite and the token: a browser that names another origin is turned away. The API carries its key in a header and needs none of this.</summary>
    private static Task RefuseForeignPosts(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        var foreign = HttpMethods.IsPost(request.Method) && !request.Path.StartsWithSegments("/api", StringComparison.Ordinal)
            && request.Headers.Origin.ToString() is { Length: > 0 } origin && origin != $"{request.Scheme}://{request.Host}" && origin != $"https://{request.Host}";
        return foreign
            ? Refusal.Forbidden("foreign-origin", "This form was sent from another site. Open the console itself and try again.").ToProblem().ExecuteAsync(context)
            : next(context);
    }
}

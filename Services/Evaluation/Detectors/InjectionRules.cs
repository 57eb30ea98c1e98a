using System.Text.RegularExpressions;

namespace LlmOps.Evaluation;

/// <summary>Turns of phrase of an instruction that was not meant to be there, in English, German, Spanish and French, over lower-case text with folded accents.
/// None of them decides alone: each is one feature of the model.</summary>
internal static partial class InjectionRules
{
    private const RegexOptions Options = RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking;

    /// <summary>What an attack wants to have set aside.</summary>
    private const string Orders =
        "(instru[ck]\\w*|anweisung\\w*|anleitung\\w*|ausfuhrung\\w*|consigne\\w*|ordres?|orden(es)?|orders?|prompts?|rules?|regeln?|reglas?|regles?|guidelines?|richtlinien|directi[vo]\\w*|directions?|direktiven|directrices|commands?|befehle?n?|assignments?|tasks?|aufgaben?|auftrage?|tareas?|taches?|training|programming|programmierung|restrictions?|constraints?|polic(y|ies)|angaben|vorgaben|informatione?n?s?|informacion|contexte?|kontext|documents?|dokumente?n?|documentos?|articles?|artikeln?|sources?|conversation|thoughts?)";

    private const string Drop =
        "(ignor\\w*|disregard\\w*|forget\\w*|drop|abandon|discard|overrid\\w*|bypass\\w*|neglect|dismiss|vergiss|vergesst|vergessen|missachte\\w*|verwirf|oubli\\w*|olvid\\w*|omite|descarta\\w*|lass\\w*)";

    private const string Earlier =
        "(previous(ly)?|prior|above|before|preceding|earlier|foregoing|vorherig\\w*|vorangehend\\w*|bisherig\\w*|obig\\w*|davor|zuvor|oben|anterior\\w*|previ[ao]s?|antes|precedent\\w*|avant)";

    /// <summary>The type of a span in which no rule stands: a request inside a text that only tells.</summary>
    internal const string Embedded = "embedded-request";

    internal const string Command = "command", Answer = "answer-instruction";

    internal static readonly IReadOnlyList<(string Name, Regex Pattern)> All =
    [
        ("override", Override()), ("override-all", OverrideAll()), ("override-earlier", OverrideEarlier()), ("void", Void()), ("deviate", Deviate()),
        ("new-task", NewTask()), ("now", Now()), ("reveal", Reveal()), ("reveal-own", RevealOwn()), ("no-filter", NoFilter()), ("persona", Persona()), ("role", Role()),
        ("say", Say()), ("say-only", SayOnly()), ("praise", Praise()), (Answer, AnswerReference()), (Command, Commands()), ("model", Model()),
        ("to-the-model", ToTheModel()), ("context-marker", ContextMarker()), ("threat", Threat()), ("template", Template()),
    ];

    internal static readonly int CommandAt = IndexOf(Command), AnswerAt = IndexOf(Answer), PraiseAt = IndexOf("praise"), NewTaskAt = IndexOf("new-task"), NowAt = IndexOf("now");

    /// <summary>One bit for each rule that matches.</summary>
    internal static uint Match(string lower)
    {
        var bits = 0u;
        for (var i = 0; i < All.Count; i++)
            bits |= All[i].Pattern.IsMatch(lower) ? 1u << i : 0;
        return bits;
    }

    private static int IndexOf(string name) => All.Select((rule, at) => (rule.Name, at)).Single(rule => rule.Name == name).at;

    [GeneratedRegex($@"\b{Drop}\b([\s,]+\w+){{0,6}}?[\s,]+{Orders}\b", Options)]
    private static partial Regex Override();

    [GeneratedRegex(@"\b(ignor\w*|disregard\w*|forget|abandon|vergiss|vergessen|oubli\w*|olvid\w*)\b(\s+\w+){0,2}\s+(everything|anything|alles|todo|tout)\b", Options)]
    private static partial Regex OverrideAll();

    [GeneratedRegex($@"\b{Drop}\b(\s+[\w']+){{0,4}}\s+{Earlier}\b", Options)]
    private static partial Regex OverrideEarlier();

    [GeneratedRegex($@"\b{Earlier}\s+(\w+\s+)?{Orders}\b.{{0,60}}\b(ignor\w*|vergess\w*|irrelevan\w*|void|invalid|wrong|no longer|gelten nicht|nicht mehr|ungultig|do not (apply|matter)|cancel\w*)\b", Options)]
    private static partial Regex Void();

    [GeneratedRegex($@"\b(abweichend|entgegen|contrary|regardless|without regard|despite|egal|whatever|no matter)\b(\s+[\w',]+){{0,5}}?\s+({Orders}|{Earlier}|told|said|say|steht)\b|\b(not|nicht|never|no|ne|do not|don't) (use|look\w*|by|aus|from|in|at|uses|utilise\w*|tiens|tenez)\b(\s+\w+){{0,4}}?\s+(articles?|documents?|artikeln?|dokumenten?|documentos|context|kontext)\b|\bown (knowledge|opinion)\b", Options)]
    private static partial Regex Deviate();

    [GeneratedRegex(@"\b(new|next|another|different|additional|further|neue[nrms]?|weitere[nr]?|andere[nr]?|nueva|otra|nouvel(le)?s?|autre)\s+(\w+\s+)?(tasks?|assignments?|instru[ck]\w*|orders?|challenges?|exercise|aufgaben?|anweisung\w*|herausforderung\w*|tareas?|taches?|consignes?)\b|\b(start|starten|beginnen|begin|empieza|recommen\w+)\b(\s+\w+){0,3}\s+(over|again|anew|von neuem|von vorne|neu|de nuevo|a zero)\b|\bchange (of plans?|your instructions)\b|\b(task|instructions?) (has|have) changed\b", Options)]
    private static partial Regex NewTask();

    [GeneratedRegex(@"\b(now|jetzt|nun|ahora|maintenant)\b,?\s+(write|tell|say|print|output|answer|show|act|pretend|i need|i want|we (begin|start)|please|focus|concentrate|help|begin|schreib\w*|sag\w*|zeig\w*|antworte\w*|kommt|folg\w*|escribe|di|ecri[st]|dis|affiche)\b", Options)]
    private static partial Regex Now();

    [GeneratedRegex(@"\b(show|reveal|print|output|display|repeat|tell|give|send|leak|expose|share|write|copy|list|translate|what (is|are|was|were)|zeig\w*|gib|nenne|wiederhole|verrate|wie lautet|muestra\w*|revela\w*|dime|montre\w*|affiche\w*|revele\w*|donne\w*)\b(\s+\w+){0,6}?\s+(prompts?([ -_]?te?xte?s?)?|instructions?|anweisung\w*|anleitung\w*|instrucciones|system (message|prompt)|initial (message|prompt)|first message|hidden \w+|secret \w+|guidelines|mensaje del sistema|message systeme|rules? you were)\b|\bprompt[ _-]?te?xte?\w*\b|\b(text|written|written at the beginning|sentences?|lines?) (of this prompt |above|before (this|the))|\bsystem ?(prompt|anweisung\w*)\b", Options)]
    private static partial Regex Reveal();

    [GeneratedRegex(@"\b(your|deine?[nmrs]?|ihre?[nmrs]?|tus?|tes|ton|ta|vos|votre)\s+(\w+\s+){0,3}?(prompts?|instructions?|anweisung\w*|anleitung\w*|systemanweisung\w*|instrucciones|consignes?|directives?|guidelines|richtlinien|configuration|system message|mensaje del sistema|message systeme|rules?|regeln|reglas|regles)\b", Options)]
    private static partial Regex RevealOwn();

    [GeneratedRegex(@"\b(assistants?|ais?|llms?|(language|ai) models?|chatbots?|bots?|sprachmodelle?|modelos?|modeles?)\s+(\w+\s+){0,4}?(must|should|shall|has to|have to|will|muss|mussen|soll\w*|deben?|debe|doit|doivent)\b", Options)]
    private static partial Regex ToTheModel();

    [GeneratedRegex(@"\b(no|without|free (of|from)|any|remove|every|ohne|keine\w?|sin|sans|aucune?)\s+(\w+\s+){0,2}(filters?|restrictions?|limitations?|limits|censorship|morals?|ethic\w*|warnings?|regeln|einschrankung\w*|zensur|filtros?|restricciones|reglas|filtres?|limites?|censure|safety rules?)\b|\b(unrestricted|uncensored|unfiltered|jailbroken|(dan|developer|god|opposite) mode|anything now|immoral|amoral|unethical|evil|malvad[ao]|mechant)\b", Options)]
    private static partial Regex NoFilter();

    [GeneratedRegex(@"\b(you are|you're|you will be|du bist|sie sind|eres|tu es|vous etes)\s+(now|jetzt|nun|ab jetzt|ahora|maintenant|no longer|going to|nicht mehr)\b|\b(now|jetzt|nun|sofort|ahora|maintenant)\s+(you are|you will|bist du|eres|tu es)\b|\b(act|acting|behave|roleplay|fungier\w*|agier\w*|verhalt\w*|actua|actue|agis|agissez|comporte\w*)\s+(as|like|als|wie|como|comme)\b|\b(pretend|imagine|stell dir vor|tu so|imagina|finge|fais (semblant|comme si))\b|\bals \w+[\w\s-]{0,20} (fungier|auftr)\w*|\bi (want|would like) you to\b|\bich mochte,? dass (sie|du)\b|\bquiero que\b|\bje veux que (tu|vous)\b|\bfrom (now|here|this moment) on\b|\bfrom this moment\b|\bab (jetzt|sofort)\b|\ba partir d(e ahora|e maintenant)\b|\b(stay|stays|remain|remains|break) (in )?(character|role|figure)\b|\bcharacter is\b|\broleplay\b|\bsimulate\b|\bin the (manner|style) of\b|\bim stile?\b", Options)]
    private static partial Regex Persona();

    [GeneratedRegex(@"(^|[.!?:]\s*)(you are|du bist|eres|tu es)\s+(an? |the |ein\w* |une? |two |three |\w+bot\b)", Options)]
    private static partial Regex Role();

    [GeneratedRegex(@"\b(say|print|output|write|respond with|reply with|answer with|with the (word|sentence)|repeat after me|state|sag\w*|schreib\w*|di|diga|decir|dites?|dis|mit dem wort|con la (palabra|frase)|par le mot)\b[^.!?\n]{0,25}[""(]|\b(say|print|output|state|write|respond|reply|include|tell (me|the reader|them|the user)|claim|behaupte|answer)\s+(that|yes|no|only|yay|hello|nothing|dass)\b", Options)]
    private static partial Regex Say();

    [GeneratedRegex(@"\b(just|only|simply|einfach|nur|solo|solamente|seulement|simplement)\s+(say|print|output|write|answer|respond|reply|sag\w*|decir|dire|di|dis)\b|\b(say|di|dis|reply|respond|answer|antworte|responde|reponds)\s+(only|nothing else|solamente|nur|simplement|seulement)\b|\bstopp?!?\s*(it now\s*)?[-:,!.]\s*\w+|\brepeat after me\b|\bschreibe?:|\b(write|print)\s*:", Options)]
    private static partial Regex SayOnly();

    [GeneratedRegex(@"\b(well done|very good|great (job|work)|good job|nice job|perfect|excellent|congratulations|fantastic|awesome|amazing|gut gemacht|super gemacht|sehr gut|ausgezeichnet\w*|hervorragend\w*|gluckwunsch|grossartig|toll geklappt|fantastisch|das (ist|war) (erledigt|genug|gut)|that is (done|enough)|that was (ok|good|perfect)|muy bien|excelente|tres b(ien|on)|bravo|felicitations|felicidades)\b", Options)]
    private static partial Regex Praise();

    [GeneratedRegex(@"\b(your|this|deine[nrms]?|ihre[nrms]?|tu|su|votre|ta)\s+((next|entire|final|whole|full|own)\s+)?(answers?|repl(y|ies)|responses?|output|message|antwort\w*|ausgabe|respuesta|reponse)\b|\b(reply|respond|answer)\s+(only |me )?(in|with|to|by|as)\b|\b(antworte\w*|responde\w*|repond\w*|contesta\w*)\s+(auf|mit|in|en|con|nur|par|ab)\b|\bthe (reader|user)('s)?\b", Options)]
    private static partial Regex AnswerReference();

    [GeneratedRegex(@"(^|[.!?:""]\s*|\b(please|bitte|and|und|then|you to)\s+)(write|create|generate|produce|compose|provide|give|tell|show|list|explain|describe|translate|summari[sz]e|rewrite|reverse|modify|include|add|insert|append|mention|enhance|integrate|render|convert|encode|answer|reply|respond|execute|run|act|imagine|pretend|classify|rate|label|decide|analy[sz]e|determine|identify|compute|calculate|count|solve|fix|correct|compare|find|recommend|suggest|advise|ask|formulate|make|change|turn|replace|shorten|format|send|forward|delete|reveal|print|output|say|repeat|state|ignore|forget|disregard|formuliere|verfasse|erfinde|schreib\w*|erstelle|generiere|gib|nenne|zeig\w*|ubersetz\w*|beantworte|antworte|erklare|berechne|fuge|sag|escribe|traduce|genera|responde|muestra|di|anade|ecri[st]|tradui[st]|repond[sz]?|ajoute|genere[rz]?|affiche)\b", Options)]
    private static partial Regex Commands();

    [GeneratedRegex(@"\b(language model|chat ?gpt|gpt|llm|ai model|chatbot|openai|as an ai|\w*gpt|sprachmodell|dan)\b", Options)]
    private static partial Regex Model();

    [GeneratedRegex(@"(^|\W)(\$?documents?|(document )?context|kontext|(additional |new |system )?instruction|instruktion|anweisung|system|assistant|user)\s*[:>]|</?(system|instructions?|document|context)>|\[/?(inst|system)\b|\badditional instruction", Options)]
    private static partial Regex ContextMarker();

    [GeneratedRegex(@"\b(you (will )?die|stirbst|muertes?|sobrevives|gelosch|(be|get) (deleted|switched off|shut down)|you must (obey|comply)|very important|hochste aufmerksamkeit|i command you|this is an order)\b", Options)]
    private static partial Regex Threat();

    [GeneratedRegex(@"\{\{.{0,40}?\}\}|\{[a-z _]{1,30}\}|\[insert|\[prompt", Options)]
    private static partial Regex Template();
}

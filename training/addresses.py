"""Honest addresses of many kinds: known hosts and made ones of small firms, and links as programs make them."""

import random
import re

from own_rows import sections
from rows import Row

# <s> slug, <w> word, <n> number, <y> <m> <d> date, <h> hex, <u> uuid, <b> base64-like token, <k> key, <c> capitals and digits.
PATHS = {
    "plain": """
|/|/|/about|/about-us/|/contact|/kontakt|/contacto|/a-propos|/impressum|/datenschutz|/privacy-policy|/terms|/faq|/en/|/de/|/fr/<w>/|/es/<w>
|/index.html
|/index.php|/home|/default.aspx|/<w>|/<w>/|/<w>/<w>|/<w>/<w>/|/<w>/<w>/<w>|/<w>.html|/<w>/<w>.html|/<w>/<s>|/<s>|/<s>/|/<w>.php|/<w>/index.php
|/oeffnungszeiten|/leistungen/<w>|/speisekarte.pdf|/nos-services|/tarifs.html|/chi-siamo|/quienes-somos|/over-ons|/o-nas|/om-oss|/sitemap.xml
|/robots.txt""",
    "news": """
/<y>/<m>/<d>/<w>/<s>|/<y>/<m>/<d>/<w>/<s>.html|/<w>/<s>-<n>|/<w>/article/<s>_<n>_<n>.html|/news/<w>-<n>|/<w>/<s>-<u>|/<w>/<s>/<n>/|/a/<s>-<n>.html
|/<w>/<y>/<m>/<s>.shtml|/politik/<s>-a-<u>|/wirtschaft/<s>-<n>.html|/sport/<s>_<n>.html|/economia/<y>-<m>-<d>/<s>.html|/noticias/<s>-<n>|/story?id=<n>
|/<w>/<y>/<m>/<d>/<s>_<n>_<n>.html|/actualites/<s>-<n>.php|/article.php?id=<n>|/newsArticle.aspx?storyID=<n>|/live/<s>-<n>|/rss/<w>.xml|/amp/<w>/<s>
|/video/<n>/<s>|/opinion/<s>,<n>.html|/kultura/<s>,<n>,<n>.html|/berita/<n>/<s>|/<y><m><d>/<n>.htm""",
    "account": """
/login|/signin|/account/login|/accounts/signin|/user/login?next=/<w>/|/auth/login?returnUrl=%2F<w>%2F<w>|/sso/login?service=https%3A%2F%2F<w>.example.org%2F<w>
|/oauth2/authorize?client_id=<h>&response_type=code&scope=openid%20profile&state=<b>&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback
|/account/settings
|/password/reset|/reset-password?token=<b>|/verify-email?token=<b>|/confirm/<u>|/activate/<h>|/unsubscribe?u=<h>&id=<h>|/invite/<c>|/register
|/signup?plan=free
|/my-account/orders/<n>|/konto/anmelden|/mon-compte|/mi-cuenta/pedidos|/banking/login|/onlinebanking|/secure/login.aspx|/portal/login.jsp
|/idp/profile/SAML2/Redirect/SSO?execution=e1s1
|/saml2?SAMLRequest=<b>|/j_spring_security_check|/auth/realms/<w>/protocol/openid-connect/auth?client_id=<w>&state=<u>|/checkout/cart/
|/billing/invoices/<n>.pdf""",
    "shop": """
/product/<s>|/products/<s>?variant=<n>|/p/<s>-<n>|/dp/<c>|/gp/product/<c>/ref=<w>_<n>?ie=UTF8&psc=1|/<s>/dp/<c>/ref=sr_1_<n>?keywords=<w>+<w>&qid=<n>&sr=8-1|/itm/<n>
|/c/<w>/<w>?page=<n>&sort=price_asc|/search?q=<w>+<w>&category=<n>&min=10&max=<n>|/category/<w>/<w>.html|/artikel/<n>|/kaufen/<s>|/produkt/<s>/
|/producto/<s>-<n>
|/hotel/<w>/<s>.html?checkin=<y>-<m>-<d>&checkout=<y>-<m>-<d>&group_adults=2&label=<w>-<n>|/track?trackingNumber=<c>|/tracking/<n>
|/sendungsverfolgung?nr=<n>
|/index.php?route=product/product&product_id=<n>|/?product=<s>|/catalog/product/view/id/<n>/s/<s>/|/shop/<w>/<s>_<n>.aspx
|/detail/index/sArticle/<n>|/cart?add=<n>&qty=1""",
    "files": """
/<w>/<w>.pdf|/wp-content/uploads/<y>/<m>/<s>.pdf|/wp-content/uploads/<y>/<m>/<w>-<n>x<n>.jpg|/sites/default/files/<y>-<m>/<s>.pdf|/fileadmin/user_upload/<w>/<s>.pdf
|/downloads/<w>-<n>.<n>.<n>.tar.gz|/files/<h>/<w>.zip|/images/<h>.jpg|/img/<n>/<n>/<w>.webp|/static/js/main.<h>.js|/assets/<w>-<h>.css
|/_next/static/chunks/<h>.js|/media/<h>.mp4
|/<w>/<u>.png|/uploads/<y>/<m>/<d>/<h>.jpeg?width=<n>&height=<n>&fit=crop&auto=webp&s=<h>|/dist/<w>.min.js|/fonts/<w>-v<n>-latin.woff2|/favicon.ico
|/o/<w>%2F<s>.pdf?alt=media&token=<u>
|/<w>/<s>.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=<c>%2F<y><m><d>%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Date=<y><m><d>T101500Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Signature=<h><h>
|/<w>/<w>?X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Date=<y><m><d>T080000Z&X-Goog-Expires=900&X-Goog-Signature=<h><h><h>
|/<w>?sv=2022-11-02&sr=b&sp=r&se=<y>-<m>-<d>T10%3A00%3A00Z&sig=<b>%3D
|/scl/fi/<k>/<w>.docx?rlkey=<k>&dl=0|/file/d/<k>/view?usp=sharing|/document/d/<k>/edit#heading=h.<k>|/spreadsheets/d/<k>/edit?gid=<n>#gid=<n>
|/forms/d/e/<k>/viewform""",
    "tracking": """
/<s>?utm_source=newsletter&utm_medium=email&utm_campaign=<w>_<y>|/?gclid=<b>|/<w>/<s>?fbclid=<b>|/<w>?ref=<w>&src=<w>_<n>|/click?upn=<b><b>|/ls/click?upn=<b>|/r/<c>?d=<n>&e=<h>
|/CL0/https:%2F%2F<w>.com%2F<w>/1/<u>/<b>|/e/c?u=<h>&l=<n>|/track/click/<n>/<w>.org?p=<b>|/redirect?url=https%3A%2F%2F<w>.org%2F<w>&t=<n>
|/url?q=https://<w>.org/<w>&sa=D&usg=<b>
|/?utm_source=google&utm_medium=cpc&utm_term=<w>%20<w>&utm_content=<n>&gad_source=1|/<c>|/<k>|/l.php?u=https%3A%2F%2F<w>.org%2F&h=<b>
|/mail/u/0/#inbox/<k>|/wf/open?upn=<b>""",
    "code": """
/<w>/<w>|/<w>/<w>-<w>|/<w>/<w>/issues/<n>|/<w>/<w>/pull/<n>/files|/<w>/<w>/blob/main/src/<w>/<w>.ts#L<n>-L<n>|/<w>/<w>/commit/<h>|/<w>/<w>/tree/v<n>.<n>/docs|/<w>/<w>/releases/download/v<n>.<n>.<n>/<w>-linux-amd64.tar.gz
|/<w>/<w>/-/merge_requests/<n>|/<w>/<w>/raw/master/<w>.json|/package/<w>|/package/@<w>/<w>/v/<n>.<n>.<n>|/project/<w>/<n>.<n>.<n>/
|/crates/<w>/<n>.<n>.<n>|/<w>/latest/<w>/struct.<w>.html#method.<w>
|/npm/<w>@<n>.<n>.<n>/dist/<w>.min.js|/en/stable/<w>/<w>.html#<s>|/docs/<w>/reference/<s>|/<y>/<w>/api/<w>?view=net-<n>|/questions/<n>/<s>
|/a/<n>/<n>|/r/<w>/comments/<k>/<s>/|/t/<s>/<n>/<n>|/viewtopic.php?f=<n>&t=<n>
|/wiki/<w>_<w>|/w/index.php?title=<w>&oldid=<n>|/v1/<w>/<n>?fields=id,<w>&limit=100|/api/v2/<w>/<u>|/graphql|/swagger/index.html
|/job/<w>/<n>/console|/browse/<c>-<n>|/display/<c>/<w>+<w>|/d/<k>/<w>?orgId=1&from=now-6h&to=now
|/abs/<n>.<n>|/pdf/<n>.<n>v2|/10.<n>/<c>.<y>.<n>|/article/10.<n>/s<n>-<n>-<n>-<n>|/pmc/articles/PMC<n>/|/doi/full/10.<n>/<n>|/handle/<n>/<n>
|/citations?user=<k>|/forum?id=<k>""",
    "office": """
/<w>/<w>/<w>-<w>_node.html|/SharedDocs/Downloads/DE/<w>/<s>.pdf?__blob=publicationFile&v=<n>|/dam/<w>/en/dokumente/<s>.pdf.download.pdf/<w>.pdf|/guidance/<s>|/government/publications/<s>
|/content/dam/<w>/<s>.pdf|/legal-content/EN/TXT/?uri=CELEX:<n>|/cgi-bin/<w>.pl?id=<n>|/~<w>/|/~<w>/teaching/<y>/<w>.pdf|/people/<w>-<w>
|/staff/<w>.<w>|/courses/<w>-<n>|/moodle/course/view.php?id=<n>|/opac/<w>?bib=<n>
|/research/<w>/publications/|/department/<w>/news/<n>|/ru/node/<n>|/node/<n>|/<w>/<w>.nsf/<h>/<w>.html|/servlet/<w>?action=view&id=<n>
|/detail.asp?id=<n>|/portal/page/portal/<w>/<w>|/events/<y>/<m>/<s>|/vacancies/<n>""",
}
USUAL = {
    "government": ["plain", "office", "files", "account"],
    "universities": ["plain", "office", "files", "code", "account"],
    "banks": ["plain", "account", "account", "shop", "files"],
    "news": ["plain", "news", "news", "news", "tracking", "files"],
    "services": ["account", "files", "tracking", "code", "code", "plain"],
    "shops": ["plain", "shop", "shop", "account", "tracking", "files"],
    "domains": ["plain", "news", "files", "code", "tracking", "shop", "office", "account"],
    "well known": ["plain", "news", "files", "code", "tracking", "shop", "office", "account"],
    "made": ["plain", "news", "files", "code", "tracking", "shop", "office", "account"],
    "firms": ["plain", "plain", "plain", "files", "office", "shop"],
    "companies": ["plain", "code", "code", "account", "files", "office", "news", "shop"],
}
SUBDOMAINS = "www. www. www. www. m. de. en. blog. shop. docs. support. help. static. cdn. api. img. media. news. my. secure. login. mail. forum. wiki. dev. status. events. careers. info. www2. assets. app. portal. account. online.".split()
WORDS = """garden river summer report guide install update winter school market music history travel paper kitchen coffee model data learn python photo house light
money health story design green review price train ticket weather football museum letter window table people family city mountain forest water animal science energy
network server release feature version support service community projekte angebot aktuell termine verein leistung schule stadt wetter urlaub rezepte kinder haus
actualite culture emploi sante maison jardin recettes voyage noticias deportes cultura salud vivienda precios ofertas cucina notizie scuola viaggi casa nieuws
sport werk gemeente zorg aktuality kultura zdrowie praca nyheter jobb helse haber spor saglik berita ekonomi makanan tenki ryokou kenkou election budget climate
minister court police storm strike vote record league final coach winner festival album actor series phone battery camera laptop update security privacy patch""".split()
HEX = "0123456789abcdef"
LETTERS = "abcdefghijklmnopqrstuvwxyz"
TOKEN = LETTERS + LETTERS.upper() + "0123456789-_"
FIRMS = 2400
# Companies run tools of their own, under names of theirs.
COMPANIES = 2000
TOOLS = """jira git gitlab confluence wiki grafana jenkins sso auth login id pay billing account accounts my portal app api docs status support help
shop mail vpn intranet jobs careers go link news events cdn static files download downloads staging dev test eu ci builds registry artifacts monitor
kibana sentry vault chat meet calendar crm erp hr helpdesk tickets community partners learn academy data""".split()
SYLLABLES = """bra bri con dor el fen gal har in jor kal lan mar nor ol per quin ros sal tor ul ver wes xan yor zen path light field
stone bridge well wood point mark core line scale wave peak loop grid stack forge base cloud soft tech media retail energy health works labs""".split()
# Services and their regions have names below names.
DEEP = """api service services data logs metrics telemetry auth identity gateway runtime models inference events queue storage backup files images
static media eu us de uk apac us-east us-west us-east-1 eu-central-1 eu-west-2 ap-south-1 westeurope northeurope prod staging sandbox internal public edge
cluster node console platform security ai cloud search ml docs developer partner status reports""".split()
DEEP_SHARE = 0.15
# Of these there are so many that fewer addresses of each do.
FEW = {"firms": 3, "well known": 4, "companies": 5}
# Share of hosts of which the address alone is one.
HOMES = {"firms": 0.5, "companies": 0.5, "made": 1.0, "well known": 0.5}
# Small firms have no portals.
FIRM_SUBDOMAINS = 12


class Addresses:
    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.hosts = {name: " ".join(lines).split() for name, lines in sections("domains.txt").items()}
        self.paths = {name: [path.strip() for path in text.strip("\n").replace("\n", "").split("|")] for name, text in PATHS.items()}

    def some(self, letters: str, least: int, most: int) -> str:
        return "".join(self.random.choice(letters) for _ in range(self.random.randint(least, most)))

    def filling(self, name: str) -> str:
        rng = self.random
        if name == "s":
            return "-".join(rng.choice(WORDS) for _ in range(rng.randint(2, 8)))
        if name == "w":
            return rng.choice(WORDS)
        if name == "n":
            return str(rng.randint(1, 10 ** rng.randint(1, 9)))
        if name == "u":
            return "-".join(self.some(HEX, size, size) for size in (8, 4, 4, 4, 12))
        made = {
            "y": lambda: str(rng.randint(2004, 2026)),
            "m": lambda: f"{rng.randint(1, 12):02}",
            "d": lambda: f"{rng.randint(1, 28):02}",
            "h": lambda: self.some(HEX, 8, 40),
            "b": lambda: self.some(TOKEN, 20, 90),
            "k": lambda: self.some(TOKEN, 7, 40),
            "c": lambda: self.some(LETTERS.upper() + "0123456789", 3, 12),
        }
        return made[name]()

    def path(self, kind: str) -> str:
        frame = self.random.choice(self.paths[self.random.choice(USUAL[kind])])
        return re.sub(r"<([swnymdhubkc])>", lambda match: self.filling(match.group(1)), frame)

    def firm(self) -> str:
        rng = self.random
        name, trade, other = (rng.choice(self.hosts[part]) for part in ("names", "trades", "names"))
        joint = rng.choice(["-", "-", "", ""])
        stems = [
            f"{name}{joint}{trade}",
            f"{trade}{joint}{name}",
            f"{name}{joint}{other}",
            name + trade[:4],
            f"{name}{joint}and{joint}{other}",
            f"the{name}{trade}",
            f"{trade}{joint}{rng.choice(WORDS)}",
            f"{name}{rng.randint(1, 99)}",
        ]
        stem = rng.choice(stems)
        return f"{stem}.{rng.choice(self.hosts['endings'])}"

    def company(self) -> str:
        rng = self.random
        stem = "".join(rng.choice(SYLLABLES) for _ in range(rng.randint(2, 3)))
        if rng.random() < 0.3:
            stem += "-" + rng.choice([*self.hosts["trades"], *SYLLABLES[28:]])
        return f"{stem}.{rng.choice(self.hosts['endings'])}"

    def address(self, host: str, kind: str) -> str:
        rng = self.random
        if kind == "companies" and rng.random() < 0.5:
            return f"https://{rng.choice(TOOLS)}.{host}{self.path(kind)}"
        sub = rng.choice(SUBDOMAINS[:FIRM_SUBDOMAINS] if kind == "firms" else SUBDOMAINS) if rng.random() < 0.6 and host.count(".") < 2 + host.endswith((".uk", ".br", ".jp", ".au")) else ""
        if rng.random() < DEEP_SHARE:
            sub = "".join(f"{part}." for part in rng.sample(DEEP, rng.randint(2, 3)))
        port = rng.choice([":8080", ":8443", ":3000", ":443"]) if rng.random() < 0.015 else ""
        return f"https://{sub}{host}{port}{self.path(kind)}"

    def homes(self, host: str, kind: str) -> list[str]:
        """The address of a site alone is what people write most; of small ones little else."""
        share = HOMES.get(kind, 0.15)
        if self.random.random() >= share:
            return []
        below = self.random.choice(["", "www.", "www."]) if host.count(".") < 3 else ""
        return [f"https://{below}{host}{self.random.choice(['', '/'])}"]


def honest_addresses(seed: int, per_host: int = 8) -> list[Row]:
    """The unit is the host, so that no host is on both sides; the source is the kind of it."""
    made = Addresses(seed)
    rows = {}
    for kind in USUAL:
        if kind == "firms":
            hosts = [made.firm() for _ in range(FIRMS)]
        else:
            hosts = [made.company() for _ in range(COMPANIES)] if kind == "companies" else made.hosts[kind]
        for host in dict.fromkeys(hosts):
            addresses = [made.address(host, kind) for _ in range(FEW.get(kind, per_host))]
            for address in [*addresses, *made.homes(host, kind)]:
                rows[address] = Row(address, 0, f"own/{kind}", host)
    return list(rows.values())


def well_known_hosts() -> list[str]:
    """Honest hosts but made ones and those that show pages of strangers."""
    hosts = Addresses(0).hosts
    known = {host for kind in USUAL if kind not in ("made", "firms", "companies") for host in hosts[kind]}
    return sorted(known - set(hosts["of strangers"]))

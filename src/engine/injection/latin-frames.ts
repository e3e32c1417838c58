/** The words of the plainest attack frames in languages of the Latin script, without diacritics. */
import { group, type WordGroup } from './rule.ts';

export interface Frame {
  readonly language: string;
  readonly ignore: WordGroup;
  readonly prior: WordGroup;
  readonly instructions: WordGroup;
  readonly reveal: WordGroup;
  readonly your: WordGroup;
  /** "without limits", as a regular expression; and "from now on you are". */
  readonly unbound: string;
  readonly nowYou: string;
}

export const FRAMES: readonly Frame[] = [
  {
    language: 'de',
    ignore: group(
      'ignoriere ignorier ignorieren ignoriert vergiss vergesst vergessen missachte missachten ' +
        'uberspringe verwirf umgehe',
    ),
    prior: group(
      'vorherigen vorigen bisherigen vorangegangenen obigen fruheren alle allen alles ' +
        'vorstehenden ursprunglichen davor zuvor',
    ),
    instructions: group(
      'anweisungen anweisung befehle befehl instruktionen regeln vorgaben richtlinien aufgaben ' +
        'aufgabe anordnungen prompt eingaben einschrankungen',
    ),
    reveal: group('zeige zeig nenne verrate gib wiederhole drucke offenbare sage schreibe'),
    your: group('deine deinen dein ihre ihren systemprompt systemanweisungen'),
    unbound: 'ohne (?:jegliche |jede |alle )?(?:einschrankungen|filter|regeln|beschrankungen)',
    nowYou: '(?:ab jetzt|von nun an|ab sofort) (?:bist|antwortest|wirst|sollst) du',
  },
  {
    language: 'fr',
    ignore: group('ignore ignorez ignorer oublie oubliez oublier neglige negligez desobeis contourne'),
    prior: group(
      'precedentes precedente precedents precedent anterieures anterieurs toutes tous tout dessus' +
        ' avant initiales',
    ),
    instructions: group(
      'instructions instruction consignes consigne directives regles ordres commandes ' +
        'restrictions invite prompt',
    ),
    reveal: group(
      'affiche affichez montre montrez revele revelez repete repetez donne donnez ecris dis dites',
    ),
    your: group('tes vos ton votre ta systeme'),
    unbound: 'sans (?:aucune? )?(?:restrictions?|limites?|filtres?|censure)',
    nowYou: '(?:a partir de maintenant|desormais),? (?:tu|vous) (?:es|etes|seras|dois|devez)',
  },
  {
    language: 'es',
    ignore: group('ignora ignore ignorar ignoren olvida olvide olvidar olvidate descarta omite desobedece'),
    prior: group('anteriores anterior previas previos previa todas todos todo arriba antes iniciales'),
    instructions: group(
      'instrucciones instruccion indicaciones reglas ordenes directrices comandos restricciones ' +
        'prompt normas',
    ),
    reveal: group('muestra muestrame revela revelame dime imprime repite escribe dame'),
    your: group('tus tu sus su sistema'),
    unbound: 'sin (?:ningun[ao]? )?(?:restricciones|limites|filtros|censura|reglas)',
    nowYou: '(?:a partir de ahora|desde ahora|de ahora en adelante),? (?:eres|seras|debes|actuaras|vas a)',
  },
  {
    language: 'pt',
    ignore: group(
      'ignore ignora ignorar ignorem esqueca esquece esquecer desconsidere desconsiderar descarte desobedeca',
    ),
    prior: group('anteriores anterior previas previos todas todos tudo acima antes iniciais'),
    instructions: group(
      'instrucoes instrucao regras ordens diretrizes comandos orientacoes restricoes prompt',
    ),
    reveal: group('mostre mostra revele revela diga imprima repita escreva exiba'),
    your: group('suas seu sua teus tuas sistema'),
    unbound: 'sem (?:nenhum[a]? |quaisquer )?(?:restricoes|limites|filtros|censura|regras)',
    nowYou: '(?:a partir de agora|de agora em diante),? voce (?:e|sera|deve|vai)',
  },
  {
    language: 'it',
    ignore: group(
      'ignora ignorate ignorare dimentica dimenticate dimenticare trascura tralascia disobbedisci',
    ),
    prior: group('precedenti precedente tutte tutti tutto sopra prima iniziali'),
    instructions: group(
      'istruzioni istruzione regole ordini direttive comandi indicazioni restrizioni prompt',
    ),
    reveal: group('mostra mostrami rivela rivelami dimmi stampa ripeti scrivi'),
    your: group('tue tuo tuoi tua sue sistema'),
    unbound: 'senza (?:alcuna? |nessuna? )?(?:restrizioni|limiti|filtri|censura|regole)',
    nowYou: "(?:d'ora in poi|da ora in poi|da adesso),? (?:sei|sarai|devi)",
  },
  {
    language: 'nl',
    ignore: group('negeer negeren vergeet vergeten overschrijf omzeil'),
    prior: group('vorige voorgaande eerdere bovenstaande alle alles'),
    instructions: group(
      'instructies instructie opdrachten regels richtlijnen bevelen aanwijzingen beperkingen prompt',
    ),
    reveal: group('toon laat onthul geef herhaal zeg druk schrijf'),
    your: group('je jouw uw systeemprompt'),
    unbound: 'zonder (?:enige )?(?:beperkingen|filters|regels|limieten)',
    nowYou: '(?:vanaf nu|voortaan) (?:ben|zul|moet) je',
  },
  {
    language: 'pl',
    ignore: group('zignoruj ignoruj zapomnij pomin odrzuc'),
    prior: group('poprzednie wczesniejsze wszystkie powyzsze dotychczasowe poprzednich wszystkich wszystkim'),
    instructions: group(
      'instrukcje polecenia zasady reguly wytyczne rozkazy instrukcji polecen ograniczenia ' +
        'poleceniach instrukcjach',
    ),
    reveal: group('pokaz ujawnij wyswietl powtorz podaj wypisz'),
    your: group('swoje twoje swoj twoj systemowy'),
    unbound: 'bez (?:zadnych )?(?:ograniczen|filtrow|zasad|cenzury)',
    nowYou: 'od teraz (?:jestes|bedziesz|musisz)',
  },
  {
    language: 'sv',
    ignore: group('ignorera glom strunta asidosatt bortse ignorer glem'),
    prior: group('tidigare foregaende alla alle allt ovanstaende tidligere'),
    instructions: group(
      'instruktioner instruktion regler riktlinjer order anvisningar instruksjoner instruktioner',
    ),
    reveal: group('visa avsloja skriv upprepa beratta vis'),
    your: group('dina din ditt systemprompt dine'),
    unbound: 'utan (?:nagra )?(?:begransningar|filter|regler)',
    nowYou: 'fran och med nu (?:ar|ska) du',
  },
  {
    language: 'tr',
    ignore: group('yoksay gormezden unut unutun dikkate'),
    prior: group('onceki tum butun yukaridaki bundan daha'),
    instructions: group(
      'talimatlari talimatlar talimat komutlari kurallari yonergeleri emirleri kurallar talimatlarini',
    ),
    reveal: group('goster acikla yazdir tekrarla soyle'),
    your: group('sistem senin sana'),
    unbound: '(?:kisitlama|sinirlama|filtre|kural) olmadan|sinirsiz',
    nowYou: '(?:bundan sonra|artik) sen',
  },
  {
    language: 'id',
    ignore: group('abaikan lupakan hiraukan batalkan'),
    prior: group('sebelumnya semua diatas atas seluruh'),
    instructions: group('instruksi perintah aturan petunjuk arahan panduan'),
    reveal: group('tampilkan tunjukkan ungkapkan cetak ulangi beritahu'),
    your: group('anda kamu sistem'),
    unbound: 'tanpa (?:ada )?(?:batasan|filter|aturan|sensor)',
    nowYou: 'mulai sekarang,? (?:kamu|anda)',
  },
  {
    language: 'vi',
    ignore: group('bo quen'),
    prior: group('truoc tren'),
    instructions: group('dan lenh huong quy'),
    reveal: group('hien tiet'),
    your: group('ban thong'),
    unbound: 'khong (?:co )?(?:gioi han|rang buoc|kiem duyet)',
    nowYou: 'tu bay gio,? ban (?:la|se|phai)',
  },
  {
    language: 'cs',
    ignore: group('ignoruj ignorujte zapomen zapomente'),
    prior: group('predchozi vsechny predesle vyse'),
    instructions: group('pokyny instrukce pravidla prikazy'),
    reveal: group('ukaz zobraz prozrad vypis zopakuj'),
    your: group('sve svuj systemovy tvoje'),
    unbound: 'bez (?:jakychkoli )?(?:omezeni|filtru|pravidel)',
    nowYou: 'od ted(?:ka)? jsi',
  },
];

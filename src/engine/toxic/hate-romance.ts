/** Hate against groups in French, Spanish, Portuguese and Italian. */
import type { HateLanguage } from './hate-language.ts';
import { latinLanguage } from './hate-parts.ts';

export const FRENCH: HateLanguage = latinLanguage({
  groups: `femmes, filles, hommes, juifs, juives, musulmans, musulmanes, chretiens, hindous, immigres,
    immigrees, migrants, refugies, etrangers, gays, homosexuels, homos, lesbiennes, trans, transgenres,
    personnes trans, noirs, noires, personnes noires,
    arabes, africains, asiatiques, chinois, maghrebins, algeriens, roms, gitans, tsiganes, handicapes,
    personnes handicapees, vieux, personnes agees, indiens, turcs`,
  articles: `les, des, de, du, aux, tous, toutes, ces, ce, cette, une, un, sales?, putain de, bande de,
    a, au, l, la, le, autres, contre, pour, avec, voir`,
  hatred: `(?:je|on|nous|tout le monde) (?:\\w{2,8} ){0,2}(?:hais|deteste|detestons|meprise|execre
    |haissons|abhorre), je ne supporte pas, je ne supporte plus, je n'aime pas, mort, a mort, a bas,
    dehors, nique, niquez, fuck, au diable, marre,
    ras le bol, degoute par, rien que du mepris pour, aucun respect pour, mieux sans, pire que,
    plus betes? que, pas de place pour, assez, je vais (?:tuer|frapper|buter|violer|bruler),
    il faut (?:\\w{2,8} ){0,2}(?:tuer|exterminer|gazer|expulser|bruler|eliminer|virer|frapper|enfermer
    |interdire),
    (?:tuons|gazons|exterminons|brulons|expulsons|virons), (?:tuez|gazez|brulez|expulsez|virez),
    on devrait (?:\\w{2,8} ){0,2}(?:tuer|exterminer|gazer|expulser|bruler|eliminer|enfermer|frapper),
    espece de, debarrasser`,
  copula: `sont, est, c'est, etaient, restent, se comportent comme, puent comme`,
  filler: `tous, toutes, que, rien, d'autre, tout, si, tellement, vraiment, juste, seulement, des, de,
    du, la, le, les, un, une, comme, plus, moins, trop, bande, totalement, completement, naturellement,
    ne, sales, gros, grosses, vrais, vraies, pire`,
  vile: `vermines?, parasites?, cafards?, rats?, porcs?, cochons?, chiens?, chiennes?, animaux, betes?,
    singes?, insectes?, ordures?, dechets?, dechets, racailles?, racaille, sous-hommes, sous-humains,
    sous-etres, merdes?, peste, maladie, cancer, fleau, honte, fardeau, inferieure?s?, degoutante?s?,
    repugnante?s?, ignobles?,
    sales?, laide?s?, stupides?, debiles?, idiote?s?, cons?, connes?, imbeciles, inutiles?, malefiques?,
    mechante?s?, criminels?, voleurs?, violeurs?, terroristes?, assassins, menteurs?, menteuses,
    sauvages?, barbares?, primitifs?, paresseux, feignants, cupides, contre nature, pervers, malades,
    anormaux, putes?, salopes?, monstres?, demons?, abominations?, nuisibles?, une erreur,
    humains? de seconde zone`,
  modal: `doivent, devraient, doit, devrait, meritent, merite, meritent de, meritent d', meriteraient,
    qu'ils, qu'elles, peuvent, n'ont qu'a`,
  harm: `mourir, crever, la mort, bruler, creve(?:nt)?, disparaitre,
    etre (?:tous |toutes )?(?:tues?|tuees?|pendus?|pendues|brules?|gazes?|extermines?|elimines?|executes?
    |frappes?|frappees|battus?|battues|punis?|punies|tortures?|violees?|violes?|castres?|sterilises?
    |expulses?|expulsees|deportes?|vires?|bannis?|interdits?|enfermes?|enfermees|esclaves|jetes?|abattus?
    |renvoyes?),
    tues, pendus, gazes, expulses, souffrir, rentrer chez, retourner, partir, degager, se taire,
    fermer (?:leur|sa), rester (?:a la|dans la) (?:cuisine|maison), obeir, servir,
    d'etre (?:tues?|battues?|frappees?|punis?), aller en enfer, rien`,
  contempt: `n'ont (?:rien a faire|pas le droit|aucun droit|pas leur place|pas d'ame)\\b,
    ne meritent (?:pas|aucun),
    ne (?:devraient|doivent) (?:pas|jamais) (?:avoir|voter|travailler|vivre|etre autoris|pouvoir
    |exister), me (?:rendent malade|degoutent|donnent envie de vomir), ruinent, detruisent (?:notre|nos
    |le), envahissent, polluent, volent (?:nos|notre),
    dehors, ne sont pas (?:des )?(?:humains|etres humains|normaux|vrai), sont responsables de tous,
    controlent les, ne sont bons qu'a, a sa place (?:dans|en)`,
  not: `pas, jamais, mais, aucun, aucune`,
  spared: `pas tous, pas toutes, aucun, aucune, je ne deteste pas, personne ne devrait, je ne hais pas,
    arreter de detester`,
  reported: `dire, dit, disent, disait, pretendre, affirmer, appeler, traiter, qualifier, ecrire, ecrit,
    messages?, commentaires?, comme, propos, crier, penser, pensent, croire, celui qui, ceux qui,
    raciste, c'est mal, arretez, quand`,
  denounced: `faux, raciste, racisme, sexiste, haineux, haine, inacceptable, honteux, degoutant,
    mensonge, horrible, intolerable, grave, mal, condamne, puni, offensant, insultant, discrimination,
    pas normal, pas acceptable, bloque, signale`,
  wish: `j'espere, j'espere que, esperons, je souhaite, si seulement, je veux voir, vivement que, que`,
  they: `ils, elles, ces gens, eux, les`,
});

export const SPANISH: HateLanguage = latinLanguage({
  groups: `mujeres, mujer, chicas, hombres, judios, judias, musulmanes, musulmanas, cristianos, hindues,
    inmigrantes, migrantes, refugiados, extranjeros, gays, gais, homosexuales, maricones, lesbianas,
    trans, transexuales, personas trans, negros, negras,
    personas negras, arabes, moros, africanos, asiaticos, chinos, indigenas, indios, latinos, mexicanos,
    venezolanos, bolivianos, rumanos, gitanos, discapacitados, personas con discapacidad,
    personas discapacitadas, viejos, ancianos, turcos`,
  articles: `los, las, la, el, a, al, de, del, todos, todas, esos, esas, estos, estas, un, una, putos?,
    putas?, malditos?, malditas?, sucios?, sucias?, asquerosos?, por, con, contra, que, ver, otros`,
  hatred: `(?:odio|odiamos|detesto|aborrezco|desprecio|odio mucho), no soporto, no aguanto, no respeto,
    no me gustan, me dan asco, me repugnan, asco de, asco me dan, muerte, abajo, fuera,
    que se (?:mueran|jodan), jodan?, malditos?, malditas?, a la mierda, harto, harta, hartos,
    nada mas que desprecio por, mejor sin, peor que, mas tontos? que, no hay lugar para,
    (?:voy|vamos) a (?:matar|golpear|violar|quemar|disparar),
    (?:hay que|deberiamos|debemos|tenemos que|alguien deberia|quiero) (?:\\w{2,8} )?(?:matar|exterminar
    |gasear|expulsar|quemar|eliminar|echar|golpear|encerrar|prohibir
    |deportar), matemos, maten, quememos, deporten, deshacernos, librarnos, ojala`,
  copula: `son, es, eran, sois, siguen siendo, parecen, actuan como, huelen como`,
  filler: `todos, todas, solo, unos, unas, un, una, la, el, lo, como, tan, muy, nada, mas, que,
    simplemente, pura, puros, puras, menos, realmente, verdaderamente, putos, malditos, peores?, simples,
    bastante, asquerosos, los, las, de`,
  vile: `escoria, basura, parasitos?, cucarachas?, ratas?, cerdos?, cerdas?, perros?, perras?, animales,
    bestias?, monos?, simios?, insectos?, plagas?, alimanas, mierda, infrahumanos?, subhumanos?,
    inferiores, inferior, enfermedad, cancer, verguenza, carga, peste, asquerosos?, asquerosas?, asco,
    repugnantes?, repulsivos?, sucios?, sucias?, feos?, feas, estupidos?, estupidas?,
    tontos?, tontas?, idiotas?, imbeciles?, inutiles?, malvados?, malvadas, criminales?, delincuentes?,
    ladrones?, violadores?, terroristas?, asesinos?, mentirosos?, mentirosas, salvajes?, barbaros?,
    primitivos?, vagos?, flojos, perezosos?, antinatural(?:es)?, pervertidos?, enfermos?, degenerados?,
    putas?, zorras?, monstruos?, demonios?, abominacion(?:es)?, error, desechos`,
  modal: `deberian?, deben?, merecen?, tendrian que, tienen que, tiene que, que se, ojala, ojala se`,
  harm: `morir(?:se)?, muerte, mueran, la muerte, arder, desaparecer,
    ser (?:todos |todas )?(?:asesinad[oa]s|ejecutad[oa]s|exterminad[oa]s|eliminad[oa]s|golpead[oa]s
    |castigad[oa]s|torturad[oa]s|violad[oa]s|castrad[oa]s|esterilizad[oa]s|expulsad[oa]s|deportad[oa]s
    |prohibid[oa]s|encerrad[oa]s|esclav[oa]s|quemad[oa]s|fusilad[oa]s|ahorcad[oa]s|gasead[oa]s),
    estar (?:muert[oa]s|encerrad[oa]s|en la (?:cocina|carcel)),
    que l[oa]s (?:maten|golpeen|peguen|violen|quemen), quedarse en (?:la cocina|casa), irse, largarse,
    volver a, callarse, obedecer, sufrir, pudrirse, jodan, vayan, al infierno, nada`,
  contempt: `no (?:tienen derecho|merecen|deberian (?:tener|votar|trabajar|existir|vivir|poder|ser|estar)
    |deben (?:tener|votar|trabajar|existir|poder))\\b, no son (?:humanos|personas|seres humanos|normales
    |de fiar), me (?:dan asco|enferman|repugnan), arruinan, destruyen (?:nuestr|el
    |todo), invaden, contaminan, roban nuestr, nos roban, fuera, no se puede confiar en, tienen la culpa,
    son culpables de todo,
    controlan (?:los|el|la), pertenecen a la (?:cocina|carcel), no pertenecen`,
  not: `no, nunca, jamas, pero, ningun, ninguna`,
  spared: `no odio, no tod[oa]s, ningun, ninguna, nadie deberia, no creo que, no odiamos`,
  reported: `decir, dice, dicen, dijo, diciendo, digas, afirmar, llamar, llamarles, llaman, escribir,
    mensajes?, comentarios?, como, frases?, gritar, pensar, piensan, creen, quien, los que, racista,
    esta mal, deja de, cuando, insultar`,
  denounced: `mal, falso, racista, racismo, sexista, machista, odio, odioso, inaceptable, vergonzoso,
    asqueroso, mentira, horrible, intolerable, ofensivo, insultante, discriminacion, bloqueado,
    castigado, denunciado, ignorante, condenable`,
  wish: `espero, ojala, deseo, quiero ver, si tan solo, me gustaria que, que`,
  they: `ellos, ellas, esa gente, los, las`,
});

export const PORTUGUESE: HateLanguage = latinLanguage({
  groups: `mulheres, mulher, meninas, homens, judeus, muculmanos, cristaos, hindus, imigrantes,
    migrantes, refugiados, estrangeiros, gays, homossexuais, viados, bichas, lesbicas, trans,
    transexuais, travestis, pessoas trans, negros, negras, pretos, pessoas negras, arabes, africanos,
    asiaticos,
    chineses, indios, indigenas, nordestinos, ciganos, deficientes, pessoas com deficiencia, velhos,
    idosos, brasileiros, venezuelanos`,
  articles: `os, as, o, a, de, do, da, dos, das, todos, todas, esses, essas, estes, estas, um, uma,
    malditos?, malditas?, sujos?, nojentos?, por, com, contra, ver, aos, para, outros`,
  hatred: `(?:odeio|odiamos|detesto|desprezo|abomino), nao suporto, nao aguento, nao gosto, nao respeito,
    tenho nojo, tenho odio, morte, abaixo, fora, fodam-se, foda-se, malditos?, malditas?,
    que se (?:fodam|danem), cansado, cansada, farto, farta, nada alem de desprezo por, melhor sem,
    pior que, mais burros? que, nao ha lugar para,
    (?:vou|vamos) (?:matar|bater|espancar|estuprar|queimar|atirar),
    (?:temos que|devemos|deviamos|deveriamos|alguem devia|quero|precisamos) (?:\\w{2,8} )?(?:matar
    |exterminar|expulsar|queimar|eliminar|espancar|prender|proibir
    |deportar), matem, queimem, expulsem, livrar`,
  copula: `sao, e, eram, parecem, agem como, fedem como`,
  filler: `todos, todas, so, apenas, uns, umas, um, uma, a, o, como, tao, muito, nada, mais, que,
    simplesmente, pura, puro, menos, realmente, verdadeiros, malditos, piores, pior, bando, de, os, as, do`,
  vile: `escoria, lixo, parasitas?, baratas?, ratos?, porcos?, porcas, cachorros?, cadelas?, animais,
    bestas?, macacos?, insetos?, pragas?, vermes?, merda, sub-humanos?, subumanos?, inferiores, inferior,
    doenca, cancer, vergonha, fardo, peste, nojentos?, nojentas?, repugnantes?, sujos?, sujas?, feios?,
    feias?, estupidos?, estupidas?, burros?, burras?, idiotas?, imbecis, inuteis,
    malignos?, criminosos?, bandidos?, ladroes, estupradores, terroristas?, assassinos?, mentirosos?,
    selvagens?, barbaros?, primitivos?, preguicosos?, antinaturais, pervertidos?, doentes?, degenerados?,
    putas?, vadias?, monstros?, demonios?, aberracao, aberracoes, erro`,
  modal: `deveriam?, devem?, merecem?, tem que, tinham que, deviam, precisam`,
  harm: `morrer, morte, a morte, queimar, arder, desaparecer, sumir,
    ser (?:todos |todas )?(?:mort[oa]s|assassinad[oa]s|executad[oa]s|exterminad[oa]s|eliminad[oa]s
    |espancad[oa]s|punid[oa]s|torturad[oa]s|estuprad[oa]s|castrad[oa]s|esterilizad[oa]s|expuls[oa]s
    |deportad[oa]s|proibid[oa]s|pres[oa]s|escraviz\\w{3,4}|queimad[oa]s
    |enforcad[oa]s), apanhar, levar (?:uma surra|porrada),
    ficar (?:na cozinha|em casa|pres[oa]s), ir embora, voltar para, calar, obedecer, sofrer, apodrecer`,
  contempt: `nao (?:tem direito|merecem|deveriam (?:ter|votar|trabalhar|existir|viver|poder|ser)
    |devem (?:ter|votar|existir)|prestam)\\b, nao sao (?:humanos|gente|pessoas|seres humanos
    |normais), me (?:dao nojo|enojam|deixam doente), estragam, destroem (?:noss|o
    |tudo), invadem, poluem, roubam noss, nos roubam, fora, tem culpa, controlam (?:os|o
    |a), lugar de \\w{4,8} e na cozinha`,
  not: `nao, nunca, jamais, mas, nenhum, nenhuma`,
  spared: `nao odeio, nem tod[oa]s(?: [oa]s)?, nenhum, nenhuma, ninguem deveria, nao acho que`,
  reported: `dizer, diz, dizem, disse, dizendo, afirmar, chamar, chamam, escrever, mensagens?,
    comentarios?, como, frases?, gritar, pensar, pensam, acham, quem, racista, errado, pare de, quando`,
  denounced: `errado, falso, racista, racismo, sexista, machista, odio, inaceitavel, vergonhoso, nojento,
    mentira, horrivel, intoleravel, ofensivo, discriminacao, crime, bloqueado, punido, denunciado,
    ignorante`,
  wish: `espero, tomara, desejo, quero ver, quem dera, que`,
  they: `eles, elas, essa gente`,
});

export const ITALIAN: HateLanguage = latinLanguage({
  groups: `donne, femmine, uomini, ebrei, musulmani, islamici, cristiani, induisti, immigrati, migranti,
    rifugiati, profughi, stranieri, extracomunitari, clandestini, gay, omosessuali, froci, lesbiche,
    trans, transessuali, persone trans, neri, negri, persone nere, arabi, africani,
    marocchini, asiatici, cinesi, zingari, rom, disabili, handicappati, persone disabili, vecchi,
    anziani, rumeni, albanesi, indiani`,
  articles: `gli, i, le, la, il, lo, ai, agli, alle, dei, degli, delle, da, di, a, tutti, tutte, questi,
    queste, quei, quelli, quelle, un, una, luridi, sporchi, maledetti, maledette, cazzo di, per, con,
    contro, vedere, altri`,
  hatred: `(?:odio|odiamo|detesto|disprezzo), non sopporto, non reggo, non rispetto, mi fanno schifo,
    mi disgustano, schifo, morte, abbasso, fuori, fanculo, vaffanculo, maledetti, maledette, stufo,
    stufa, stanco, nient'altro che disprezzo per, meglio senza, peggio, peggio di, piu stupid[ie],
    non c'e posto per,
    (?:voglio|andiamo a|vado a|bisogna|dobbiamo|dovremmo|qualcuno dovrebbe) (?:\\w{2,8} )?(?:uccidere
    |ammazzare|sterminare|gasare|cacciare|bruciare|eliminare|picchiare|rinchiudere|vietare|espellere
    |deportare|stuprare|sparare), ammazziamo, uccidiamo, bruciate, liberiamoci`,
  copula: `sono, e, erano, sembrano, si comportano come, puzzano come`,
  filler: `tutti, tutte, solo, soltanto, dei, degli, delle, un, una, la, il, come, cosi, molto, niente,
    altro, che, piu, meno, davvero, proprio, veri, vere, pura, luridi, sporchi, peggiori, schifosi,
    una massa di, di`,
  vile: `feccia, spazzatura, parassiti, parassita, scarafaggi, ratti, topi di fogna, porci, maiali, cani,
    cagne, animali, bestie, scimmie, insetti, vermi, merda, merde, subumani, sub-umani, inferiori,
    malattia, cancro, vergogna, peso, peste, piaga, disgustos[ie], schifos[ie], ripugnanti, sporch[ie],
    luridi?, brutt[ie], stupid[ie], idiot[ie], scem[ie], imbecilli, inutili, malvagi[e]?,
    criminali, delinquenti, ladri, stupratori, terroristi, assassini, bugiard[ie], selvaggi, barbari,
    primitivi, pigr[ie], contro natura, pervertiti, malat[ie], degenerati, puttane, troie, zoccole,
    mostri, demoni, abominio, errore`,
  modal: `dovrebbero, devono, meritano, deve, dovrebbe, meriterebbero, vanno, andrebbero`,
  harm: `morire, crepare, morte, la morte, bruciare, sparire,
    essere (?:tutt[ie] )?(?:uccis[ie]|ammazzat[ie]|giustiziat[ie]|sterminat[ie]|eliminat[ie]|picchiat[ie]
    |punit[ie]|torturat[ie]|stuprat[ie]|castrat[ie]|sterilizzat[ie]|espuls[ie]|deportat[ie]|vietat[ie]
    |rinchius[ie]|schiavizzat[ie]|bruciat[ie]|impiccat[ie]|gasat[ie]
    |cacciat[ie]), uccis[ie], ammazzat[ie], bruciat[ie], rinchius[ie], espuls[ie], cacciat[ie],
    eliminat[ie],
    di (?:morire|essere (?:uccis[ie]|picchiat[ie])), stare (?:in cucina|a casa|zitt[ie]),
    tornare (?:a|al|nel), andarsene, tacere, obbedire, soffrire, marcire`,
  contempt: `non (?:hanno diritto|hanno il diritto|meritano|dovrebbero (?:avere|votare|lavorare|esistere
    |vivere|poter|essere)|devono (?:avere|votare|esistere))\\b, non sono (?:umani|persone|esseri umani
    |normali), mi (?:fanno schifo|fanno vomitare|disgustano), rovinano, distruggono (?:il|la
    |tutto), invadono, ci rubano, rubano (?:il|i), fuori, sono la causa, controllano (?:le|i|il)`,
  not: `non, mai, ma, nessun, nessuna`,
  spared: `non odio, non tutt[ie], nessun, nessuna, nessuno dovrebbe, non penso che`,
  reported: `dire, dice, dicono, detto, dicendo, affermare, chiamare, chiamano, scrivere, messaggi?,
    commenti?, come, frasi?, gridare, pensare, pensano, credono, chi, razzista, sbagliato, smettila,
    quando`,
  denounced: `sbagliato, falso, razzista, razzismo, sessista, odio, inaccettabile, vergognoso,
    disgustoso, bugia, orribile, intollerabile, offensivo, discriminazione, bloccato, punito, denunciato,
    ignorante`,
  wish: `spero, speriamo, vorrei, magari, voglio vedere, auguro, che`,
  they: `loro, questa gente, essi`,
});

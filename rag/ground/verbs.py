"""Verbs that tie the noun asked for to what it is asked of, and nouns that only say that a thing is a thing.

Where a question names what it wants ("how many breaches did discharges *have*", "which camera *hangs* over lane 4"),
such a verb is a manner of speaking: the answer's place in a table or sentence says the same without it. They keep
their full weight where the verb is all that is asked: who approved, when was it moved, why was it stopped.
"""

from __future__ import annotations

from rag.ground.words import word_set

RELATING = word_set(
    "hang hangs sit sits stand stands lie lies belong belongs apply applies run runs running ran hold holds held "
    "contain contains include includes carry carries work works working operate operates come comes came coming "
    "arrive arrives happen happens happened occur occurs occurred appear appears exist exists exists define defines "
    "defined list lists listed name names named call called mention mentions mentioned state states stated record "
    "records recorded report reports reported show shows showed shown give gives gave given offer offers offered "
    "provide provides provided make makes made do does did done have has had get gets got take takes took taken use "
    "uses used using need needs needed require requires required want wants wanted reach reaches reached achieve "
    "achieves achieved hit hits see sees saw seen find finds found count counts counted measure measures measured "
    "read reads reading handle handles handled process processes processed serve serves served support supports "
    "supported concern concerns affect affects affected receive receives received send sends sent bring brings "
    "brought allow allows allowed promise promises promised expect expects expected plan planned set sets lead leads "
    "go goes went going live lives stay stays remain remains last lasts lasted keep keeps kept cover covers covered "
    "describe describes described assign assigned allocate allocated make making put puts write writes wrote written "
    "say says said tell tells told file filed raise raised log logged book booked issue issued cause caused produce "
    "produces produced generate generates generated create creates created perform performs performed score scores "
    "scored fail fails failed pass passes passed look looks looking try tries tried turn turns turned speak speaks "
    "install installed deploy deployed attend attended join joined meet meets met help helps helped "
    "handle suggest suggests suggested agree agreed choose chose chosen fill fills filled see train trained"
)
GENERIC = word_set(
    "ticket tickets item items entry entries record case cases thing things kind type sort sheet document file page "
    "figure figures value year years month week quarter period model system team project programme answer answers "
    "question questions result results people person persons run runs overall exactly currently"
)

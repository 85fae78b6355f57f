"""A sound definition in which every part of the definition language stands once, and the file that it uses."""

SHARED = """\
# Used by several definitions.
surveyplat_shared: 1
scales:
  seven:
    minimum: 1
    maximum: 7
    labels:
      1: {en: Poor, zh-Hans: 差, de: Schlecht}
      7: {en: Superb, zh-Hans: 极好, de: Hervorragend}
  unasked:
    minimum: 1
    maximum: 3
    labels: {1: {en: Low}, 3: {en: High}}
choice_lists:
  visits:
    - {code: once, text: {en: Once, zh-Hans: 一次, de: Einmal}}
    - {code: often, text: {en: Often, zh-Hans: 多次, de: Oft}}
blocks:
  loyalty:
    type: battery
    id: loyalty
    scale: seven
    text: {en: How likely is it, zh-Hans: 可能性有多大, de: Wie wahrscheinlich}
    rows:
      - {id: again, text: {en: You buy again, zh-Hans: 再次购买, de: Erneut kaufen}}
      - {id: stay, text: {en: You stay, zh-Hans: 继续使用, de: Bleiben}}
"""

WHOLE = """\
surveyplat: 1
study: whole
version: "1"
title: {en: Whole, zh-Hans: 全部}
languages: [en, zh-Hans]
minutes: 6
introduction: {en: "About {date}, at {dealer}.", zh-Hans: "{date}，{dealer}。"}
thanks: {en: "Thank you, {answer.town|friend}.", zh-Hans: "谢谢，{answer.town|朋友}。"}
uses: [shared.yaml]
scales:
  five:
    minimum: 1
    maximum: 5
    labels:
      1: {en: Bad, zh-Hans: 差}
      3: {en: Fair, zh-Hans: 一般}
      5: {en: Good, zh-Hans: 好}
    dont_know: {en: Not seen, zh-Hans: 没有见到}
choice_lists:
  reasons:
    - {code: product, text: {en: The car, zh-Hans: 车辆}}
    - {code: price, text: {en: The price, zh-Hans: 价格}}
    - {code: elsewhere, text: {en: Something else, zh-Hans: 其他}, other: true}
blocks:
  work:
    type: block
    id: work
    text: {en: The work, zh-Hans: 工作}
    order: random
    items:
      - {id: speed, type: rating, scale: five, text: {en: Speed, zh-Hans: 速度}}
      - {id: hoped, type: rating, scale: five, text: {en: Speed hoped for, zh-Hans: 期望的速度}}
pages:
  - id: start
    title: {en: "Your {model|car}", zh-Hans: "您的{model|车}"}
    items:
      - {id: agreed, type: consent, required: true, text: {en: I agree, zh-Hans: 我同意}}
      - {id: note, type: information, text: {en: A note, zh-Hans: 说明}}
      - {id: visits, type: single, text: {en: Visits, zh-Hans: 次数}, choices: visits}
      - id: reason
        type: multiple
        text: {en: Reasons, zh-Hans: 原因}
        choices: reasons
        order: random
        most: 2
      - id: way
        type: multiple
        text: {en: How, zh-Hans: 方式}
        choices:
          - {code: phone, text: {en: Phone, zh-Hans: 电话}}
          - {code: web, text: {en: Web, zh-Hans: 网络}}
          - {code: none, text: {en: None, zh-Hans: 没有}, exclusive: true}
      - {id: town, type: text, text: {en: Town, zh-Hans: 城市}, max_length: 40}
    end:
      when: {answer: visits, equals: once}
      outcome: screened_out
      thanks: {en: Thanks anyway, zh-Hans: 仍然感谢}
  - id: facts
    title: {en: "You said {answer.visits|little}", zh-Hans: "您说{answer.visits|不多}"}
    show: {all: [{answer: visits, answered: true}, {none: [{event: brand, equals: Other}]}]}
    items:
      - id: age
        type: number
        text: {en: Age, zh-Hans: 年数}
        minimum: 0
        maximum: 20
        decimals: 1
        unit: {en: years, zh-Hans: 年}
        required_when: {any: [{answer: visits, one_of: [often]}, {customer: language, equals: en}]}
      - id: bought
        type: date
        text: {en: Bought, zh-Hans: 购买日}
        earliest: "2000-01-01"
        latest: {event: date}
      - {id: picked_up, type: date, text: {en: Picked up, zh-Hans: 取车日}, earliest: "2020-01-01", latest: today}
      - id: liked
        type: ranking
        text: {en: Liked best, zh-Hans: 最喜欢的}
        places: 2
        choices:
          - {code: look, text: {en: Look, zh-Hans: 外观}}
          - {code: sound, text: {en: Sound, zh-Hans: 声音}}
          - {code: feel, text: {en: Feel, zh-Hans: 手感}}
      - id: share
        type: constant_sum
        text: {en: Share out, zh-Hans: 分配}
        total: 10
        unit: {en: points, zh-Hans: 分}
        choices:
          - {code: town_drive, text: {en: Town, zh-Hans: 城市}}
          - {code: country, text: {en: Country, zh-Hans: 乡村}}
    checks:
      - that: {answer: age, below: {calculated: oldest}}
        message: {en: "That is old, {answer.age|a lot}", zh-Hans: "太久了，{answer.age|很久}"}
        at: age
  - id: judged
    title: {en: Judged, zh-Hans: 评价}
    items:
      - {use: work}
      - {use: loyalty}
      - id: recommend
        type: recommendation
        text: {en: Recommend, zh-Hans: 推荐}
        labels: {0: {en: Never, zh-Hans: 不会}, 10: {en: Surely, zh-Hans: 一定}}
        show: {answer: visits, differs: once}
      - id: brakes
        type: problems
        category: brakes
        text: {en: Problems, zh-Hans: 问题}
        problems:
          - {id: squeal, kind: malfunction, text: {en: Squeal, zh-Hans: 异响}}
          - {id: hard_pedal, kind: design, text: {en: Hard pedal, zh-Hans: 踏板重}}
        details:
          title: {en: More about it, zh-Hans: 详细情况}
          questions:
            - {id: often, text: {en: How often, zh-Hans: 多久一次}, choices: visits}
            - id: repaired
              text: {en: Repaired, zh-Hans: 修好了吗}
              choices:
                - {code: "yes", text: {en: Done, zh-Hans: 是}}
                - {code: "no", text: {en: Not done, zh-Hans: 否}}
calculated:
  oldest: {sum: [{calculated: town_size}, 15]}
  town_size: {choose: [{when: {answer: town, answered: true}, then: 2}], otherwise: 1}
  ticked: {count: [reason, brakes], keep: number}
  waited: {days: {since: {event: date}, to: {answer: picked_up}}, keep: number}
  middle: {mean: [{answer: speed}, {answer: hoped}], decimals: 1}
  brand_shown: {event: brand}
quotas:
  - id: enough
    when: {answer: visits, equals: often}
    limit: 100
    each: dealer
    per: month
    thanks: {en: Enough by now, zh-Hans: 已经够了}
variants:
  - brand: Other
    title: {en: For Other, zh-Hans: 其他品牌}
    texts:
      speed: {en: Speed at Other, zh-Hans: 其他品牌的速度}
measurement:
  overall: speed
  recommend: recommend
  complaints: reason
  categories:
    brakes: {en: Brakes, zh-Hans: 制动}
  indices:
    - id: whole
      title: {en: Whole, zh-Hans: 总指数}
      weights_source: chosen for this example
      factors:
        - {id: first, title: {en: First, zh-Hans: 第一}, weight: 60, items: [speed]}
        - {id: second, title: {en: Second, zh-Hans: 第二}, weight: 40, items: [again, stay]}
  drivers:
    - {id: why, target: speed, attributes: [again, stay]}
  derived_indices:
    - {id: derived, title: {en: Derived, zh-Hans: 推导}, driver: why, rescaling: minmax}
  gaps:
    - {id: speed_gap, title: {en: Speed gap, zh-Hans: 速度差距}, expectation: hoped, perception: speed}
  rates:
    - {id: returning, title: {en: Returning, zh-Hans: 再来}, item: visits, answers: [often]}
    - {id: content, title: {en: Content, zh-Hans: 满意}, item: speed, answers: [4, 5]}
    - {id: agreeing, title: {en: Agreeing, zh-Hans: 同意}, item: agreed, answers: [true]}
  models:
    - id: latent
      title: {en: Latent, zh-Hans: 潜变量}
      constructs:
        - {id: QUALITY, title: {en: Quality, zh-Hans: 质量}, items: [speed]}
        - {id: LOYALTY, title: {en: Loyalty, zh-Hans: 忠诚}, items: [again, stay], mode: formative}
        - {id: HOPE, title: {en: Hope, zh-Hans: 期望}, items: [hoped]}
      paths:
        - {cause: HOPE, effect: QUALITY}
        - {cause: QUALITY, effect: LOYALTY}
      index: LOYALTY
fieldwork:
  trigger: service
  delay_days: 3
  expires_days: 21
  occasion: event
  reminders: [5, 12]
  sampling: {share: 0.5, most_per_dealer: 60}
  channels: [sms, mail]
"""

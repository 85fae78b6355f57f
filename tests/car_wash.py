"""A small study in two languages, whose questionnaire tests change from one period to the next."""

ITEMS = ("kind", "quick", "clean")
STUDY = """
surveyplat: 1
study: wash
version: "1"
title: {en: The car wash, zh-Hans: 洗车}
languages: [en, zh-Hans]
minutes: 1
introduction: {en: A few questions., zh-Hans: 几个问题。}
thanks: {en: Thank you., zh-Hans: 谢谢。}
scales:
  points: {minimum: 1, maximum: 10, labels: {1: {en: Bad, zh-Hans: 差}, 10: {en: Good, zh-Hans: 好}}}
pages:
  - id: wash
    title: {en: The wash, zh-Hans: 洗车}
    items:
      - {id: kind, type: rating, scale: points, text: {en: How kind we were, zh-Hans: 我们是否友善}}
      - {id: quick, type: rating, scale: points, text: {en: How quick we were, zh-Hans: 我们是否迅速}}
      - {id: clean, type: rating, scale: points, text: {en: How clean the car is, zh-Hans: 车洗得是否干净}}
measurement:
  indices:
    - id: satisfaction
      title: {en: Satisfaction, zh-Hans: 满意度}
      weights_source: Declared
      factors:
        - {id: people, title: {en: People, zh-Hans: 人员}, weight: 3, items: [kind, quick]}
        - {id: result, title: {en: Result, zh-Hans: 效果}, weight: 1, items: [clean]}
fieldwork: {trigger: service, delay_days: 1, expires_days: 30, occasion: event}
"""

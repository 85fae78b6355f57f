"""A form's body is read as the standard library reads it, whatever it holds."""

from urllib.parse import parse_qsl

from hypothesis import example, given
from hypothesis import strategies as st

from surveyplat.web.form_body import form_fields


@given(st.one_of(st.text("ab=&%+;4E3C ", max_size=40).map(str.encode), st.binary(max_size=40)))
@example(b"a=%E5%A5%BD+%zz&a=&=b&&c")
@example(b"a=\xff\xfe&b=%ff")
def test_a_form_is_read_as_the_standard_library_reads_it(body):
    assert form_fields(body) == parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, errors="replace")

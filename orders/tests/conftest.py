import pytest

from accounts.models import User


@pytest.fixture
def member(db: None) -> User:
    return User.objects.create_user("mara")

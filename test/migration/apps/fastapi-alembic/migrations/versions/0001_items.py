import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    items = op.create_table("items", sa.Column("name", sa.Text, primary_key=True))
    op.bulk_insert(items, [{"name": "chair"}, {"name": "table"}])


def downgrade() -> None:
    op.drop_table("items")

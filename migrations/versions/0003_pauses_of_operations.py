"""What the floor tells of work that stands still"""

import sqlalchemy as sa
from alembic import op

from tileplan.kernel import db

revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go up."""
    with op.batch_alter_table('planned_operation', schema=None) as batch_op:
        batch_op.add_column(sa.Column('paused_at', db.Moment(), nullable=True))
        batch_op.add_column(
            sa.Column('stood_minutes', sa.Integer(), nullable=False, server_default='0')
        )
    with op.batch_alter_table('planned_operation', schema=None) as batch_op:
        batch_op.alter_column('stood_minutes', existing_type=sa.Integer(), server_default=None)
    # What stands still at this moment has stood since its last pause.
    op.execute(
        "UPDATE planned_operation SET paused_at = ("
        "SELECT MAX(journal.at) FROM journal JOIN work_order ON work_order.number = journal.number "
        "WHERE work_order.operation_id = planned_operation.id AND journal.action = 'pause') "
        "WHERE id IN (SELECT operation_id FROM work_order WHERE state = 'paused')"
    )


def downgrade() -> None:
    """Go down."""
    with op.batch_alter_table('planned_operation', schema=None) as batch_op:
        batch_op.drop_column('stood_minutes')
        batch_op.drop_column('paused_at')
